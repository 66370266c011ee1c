-- SPDX-License-Identifier: AGPL-3.0-or-later
-- POST /api/v1/users/me/subscriptions
-- viewer user
-- status 204
-- field uri handle required
-- param viewer viewer
-- Subscribe to a channel (name@host).
SELECT subscription_add($2::bigint, $1)

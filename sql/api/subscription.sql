-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/users/me/subscriptions/:handle
-- viewer user
-- answer VideoChannel
-- param handle handle
-- param viewer viewer
-- A channel the signed-in user subscribes to.
SELECT subscription_get($2::bigint, $1)

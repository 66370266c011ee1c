-- SPDX-License-Identifier: AGPL-3.0-or-later
-- DELETE /api/v1/users/me/subscriptions/:handle
-- viewer user
-- status 204
-- param handle handle
-- param viewer viewer
-- End a subscription.
SELECT subscription_remove($2::bigint, $1)

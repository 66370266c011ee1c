-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/users/me/subscriptions/exist
-- viewer user
-- answer SubscriptionsExist
-- param uris list 1..100 required
-- param viewer viewer
-- Which of these channels the signed-in user subscribes to.
SELECT subscription_exist($2::bigint, $1::text[])

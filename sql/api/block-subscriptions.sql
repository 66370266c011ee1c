-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/server/blocklist/subscriptions
-- viewer moderator
-- answer list BlockSubscription
-- param start int 0..1000000 = 0
-- param count int 0..100 = 15
-- param search text 0..1000
-- Block lists of others that the instance follows: none.
SELECT listed(0, '[]')

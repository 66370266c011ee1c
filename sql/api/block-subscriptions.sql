-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/server/blocklist/subscriptions
-- viewer moderator
-- answer list BlockSubscription
-- Block lists of others that the instance follows: none.
SELECT listed(0, '[]')

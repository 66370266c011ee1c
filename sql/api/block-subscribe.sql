-- SPDX-License-Identifier: AGPL-3.0-or-later
-- POST /api/v1/server/blocklist/subscriptions
-- viewer moderator
-- status 204
-- check url text 1..2000 required
-- Follow a block list of others: not offered.
SELECT refuse('400', 'Subscriptions to block lists are not offered here.')

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- DELETE /api/v1/server/blocklist/subscriptions/:id
-- viewer moderator
-- status 204
-- param id int 1..9223372036854775807 required
-- Leave a block list of others: there is none.
SELECT refuse('404', 'Blocklist subscription not found')
FROM (SELECT $1::bigint) t

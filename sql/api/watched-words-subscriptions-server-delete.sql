-- SPDX-License-Identifier: AGPL-3.0-or-later
-- DELETE /api/v1/watched-words/server/subscriptions/:id
-- viewer moderator
-- status 204
-- param id int 1..9007199254740991 required
-- End a subscription to watched words: there are none.
SELECT refuse('404', 'Watched words subscription not found')
WHERE server_account() IS NOT NULL AND $1::bigint IS NOT NULL

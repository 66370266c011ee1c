-- SPDX-License-Identifier: AGPL-3.0-or-later
-- DELETE /api/v1/watched-words/accounts/:accountName/subscriptions/:id
-- viewer user
-- status 204
-- param accountName handle required
-- param viewer viewer
-- param id int 1..9007199254740991 required
-- End a subscription to watched words: there are none.
SELECT refuse('404', 'Watched words subscription not found')
WHERE account_managed($1, $2) IS NOT NULL AND $3::bigint IS NOT NULL

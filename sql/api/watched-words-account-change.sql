-- SPDX-License-Identifier: AGPL-3.0-or-later
-- PUT /api/v1/watched-words/accounts/:accountName/lists/:listId
-- viewer user
-- status 204
-- param accountName handle required
-- param viewer viewer
-- param listId int 1..9007199254740991 required
-- field listName json
-- field words json
-- Change a list of an account's watched words.
SELECT watched_words_change_write(account_managed($1, $2), $3, $4,
	$5)

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- PUT /api/v1/watched-words/server/lists/:listId
-- viewer moderator
-- status 204
-- param listId int 1..9007199254740991 required
-- field listName json
-- field words json
-- Change a list of the instance's watched words.
SELECT watched_words_change_write(server_account(), $1, $2,
	$3)

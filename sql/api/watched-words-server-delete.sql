-- SPDX-License-Identifier: AGPL-3.0-or-later
-- DELETE /api/v1/watched-words/server/lists/:listId
-- viewer moderator
-- status 204
-- param listId int 1..9007199254740991 required
-- Delete a list of the instance's watched words.
SELECT watched_words_delete_write(server_account(), $1)

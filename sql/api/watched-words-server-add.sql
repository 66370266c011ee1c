-- SPDX-License-Identifier: AGPL-3.0-or-later
-- POST /api/v1/watched-words/server/lists
-- viewer moderator
-- answer WatchedWordsListCreated
-- field listName chars 1..100 required
-- field words json required
-- Add to the instance's watched words.
SELECT watched_words_add_write(server_account(), $1, $2)

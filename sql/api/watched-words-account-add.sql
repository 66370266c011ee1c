-- SPDX-License-Identifier: AGPL-3.0-or-later
-- POST /api/v1/watched-words/accounts/:accountName/lists
-- viewer user
-- answer WatchedWordsListCreated
-- param accountName handle required
-- param viewer viewer
-- field listName chars 1..100 required
-- field words json required
-- Add to an account's watched words.
SELECT watched_words_add_write(account_managed($1, $2), $3, $4)

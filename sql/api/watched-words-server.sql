-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/watched-words/server/lists
-- viewer moderator
-- answer list WatchedWordsList
-- param start int 0..1000000 = 0
-- param count int 0..100 = 15
-- param sort choice createdAt|-createdAt|updatedAt|-updatedAt|listName|-listName = -createdAt
-- List the instance's watched words.
SELECT watched_words_list(server_account(), $1, $2, $3)

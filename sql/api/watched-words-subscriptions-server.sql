-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/watched-words/server/subscriptions
-- viewer moderator
-- answer list WatchedWordsSubscription
-- param start int 0..1000000 = 0
-- param count int 0..100 = 15
-- param sort choice createdAt|-createdAt|name|-name = -createdAt
-- param search text 0..1000
-- List the instance's subscriptions to watched words: none are taken here.
SELECT watched_words_subscriptions(server_account(), $1, $2, $3, $4)

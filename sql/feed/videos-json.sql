-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param videoChannelId int 1..9007199254740991
-- param videoChannelName handle
-- param accountId int 1..9007199254740991
-- param accountName handle
-- param sort choice -publishedAt|-views|-trending|-createdAt = -publishedAt
-- A JSON Feed of the newest public videos.
SELECT feed_json(s.title, s.description, s.path,
	feed_items(20, s.channel, s.account, $5 = '-views'))
FROM feed_source($1::bigint, $2, $3::bigint, $4) s

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param videoId video
-- param videoChannelId int 1..9007199254740991
-- param videoChannelName handle
-- param accountId int 1..9007199254740991
-- param accountName handle
-- The newest comments of the instance, a video, a channel's or an account's
-- videos, for the RSS and Atom templates.
SELECT json_build_object(
	'title', s.title,
	'description', s.description,
	'path', s.path,
	'updatedAt', coalesce((SELECT i ->> 'updatedAt'
		FROM json_array_elements(f.items) i LIMIT 1), iso(now())),
	'items', f.items)
FROM feed_comment_source($1, $2, $3, $4, $5) s
CROSS JOIN LATERAL (SELECT feed_comments(20, s.of_video, s.channel, s.account)
	AS items OFFSET 0) f

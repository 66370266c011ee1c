-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param videoChannelId int 1..9007199254740991
-- param videoChannelName handle
-- param accountId int 1..9007199254740991
-- param accountName handle
-- param sort choice -publishedAt|-views|-trending|-createdAt = -publishedAt
-- The newest public videos of the instance, a channel or an account, for the
-- RSS and Atom templates.
SELECT json_build_object(
	'title', s.title,
	'description', s.description,
	'path', s.path,
	'imagePath', s.image_path,
	'updatedAt', coalesce((SELECT iso(max(updated_at)) FROM video
		WHERE is_published AND privacy = 1), iso(now())),
	'items', feed_items(20, s.channel, s.account, $5 = '-views'))
FROM feed_source($1::bigint, $2, $3::bigint, $4) s

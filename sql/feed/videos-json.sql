-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param videoChannelId int 1..9007199254740991
-- param videoChannelName handle
-- param accountId int 1..9007199254740991
-- param accountName handle
-- param sort choice -publishedAt|-views|-trending|-createdAt = -publishedAt
-- JSON Feed 1.1 (jsonfeed.org) of the newest public videos.
SELECT json_build_object(
	'version', 'https://jsonfeed.org/version/1.1',
	'title', s.title,
	'description', s.description,
	'home_page_url', origin() || s.path,
	'items', coalesce((SELECT json_agg(json_build_object(
		'id', origin() || '/videos/watch/' || (i ->> 'uuid'),
		'url', origin() || '/w/' || (i ->> 'shortUUID'),
		'title', i -> 'name',
		'content_text', coalesce(i ->> 'description', ''),
		'image', origin() || (i ->> 'thumbnailPath'),
		'date_published', i -> 'publishedAt',
		'date_modified', i -> 'updatedAt',
		'authors', json_build_array(json_build_object(
			'name', i -> 'channel' ->> 'displayName', 'url',
			origin() || '/c/' || (i -> 'channel' ->> 'name'))),
		'tags', i -> 'tags',
		'attachments', (SELECT coalesce(json_agg(json_build_object(
				'url', origin() || (f ->> 'path'),
				'mime_type', 'video/mp4',
				'size_in_bytes', f -> 'size',
				'duration_in_seconds', i -> 'duration')), '[]')
			FROM json_array_elements(i -> 'files') f)))
		FROM json_array_elements(feed_items(20, s.channel, s.account,
			$5 = '-views')) i), '[]'))
FROM feed_source($1::bigint, $2, $3::bigint, $4) s

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param videoId video
-- param videoChannelId int 1..9007199254740991
-- param videoChannelName handle
-- param accountId int 1..9007199254740991
-- param accountName handle
-- JSON Feed 1.1 (jsonfeed.org) of the newest comments on public videos.
SELECT json_build_object(
	'version', 'https://jsonfeed.org/version/1.1',
	'title', s.title,
	'description', s.description,
	'home_page_url', origin() || s.path,
	'items', (SELECT coalesce(json_agg(json_build_object(
		'id', i -> 'url',
		'url', origin() || (i ->> 'path'),
		'title', i -> 'videoName',
		CASE WHEN (i ->> 'isHtml')::boolean THEN 'content_html'
			ELSE 'content_text' END, i -> 'text',
		'date_published', i -> 'publishedAt',
		'date_modified', i -> 'updatedAt',
		'authors', json_build_array(i -> 'author'))), '[]')
		FROM json_array_elements(feed_comments(20, s.of_video,
			s.channel, s.account)) i))
FROM feed_comment_source($1, $2, $3, $4, $5) s

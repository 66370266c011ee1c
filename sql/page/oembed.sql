-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param id video required
-- param maxwidth int 1..10000
-- param maxheight int 1..10000
-- param times text 0..100
-- oEmbed of one video; NULL where it is there but not for everybody. 560 by
-- 315, or the largest 16:9 that is asked for below it.
SELECT CASE WHEN v.is_published AND v.privacy IN (1, 2) THEN json_build_object(
	'type', 'video',
	'version', '1.0',
	'html', '<iframe width="' || s.width || '" height="' || s.height ||
		'" sandbox="allow-same-origin allow-scripts allow-popups' ||
		' allow-forms" title="' || html_text(v.name) || '" src="' ||
		origin() || '/videos/embed/' || v.short_uuid ||
		html_text($4::text) ||
		'" frameborder="0" allowfullscreen></iframe>',
	'width', s.width,
	'height', s.height,
	'title', v.name,
	'author_name', c.display_name,
	'author_url', origin() || '/c/' || a.name,
	'provider_name', setting('instance.name'),
	'provider_url', origin(),
	'thumbnail_url', origin() || '/lazy-static/thumbnails/' || t.filename,
	'thumbnail_width', t.width,
	'thumbnail_height', t.height) END
FROM video v
CROSS JOIN LATERAL (
	SELECT width, width * 9 / 16 AS height
	FROM (SELECT least(560, $2::int, $3::int * 16 / 9) AS width) w) s
JOIN channel c ON c.id = v.channel_id
JOIN actor a ON a.id = c.actor_id
LEFT JOIN thumbnail t ON t.video_id = v.id AND t.kind = 'preview'
WHERE v.id = video_id($1)

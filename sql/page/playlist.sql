-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param id video required
-- param viewer viewer
-- param start int 0..1000000 = 0
-- The page of a playlist: its elements in their order, 50 at a time.
SELECT json_build_object(
	'blur', nsfw_policy($2::bigint) IN ('warn', 'blur'),
	'playlist', json_build_object(
		'uuid', p.uuid,
		'shortUUID', p.short_uuid,
		'displayName', p.name,
		'description', p.description,
		'isPublic', p.privacy = 1,
		'isPrivate', p.privacy = 3,
		'privacy', playlist_privacy(p.privacy) ->> 'label',
		'videosLength', p.videos,
		'updatedAt', iso(p.updated_at),
		'picture', CASE WHEN t.filename IS NOT NULL
			THEN json_build_object('path',
			'/lazy-static/thumbnails/' || t.filename,
			'width', t.width, 'height', t.height) END),
	'owner', CASE WHEN c.id IS NULL THEN json_build_object(
			'path', '/a/' || (a.face ->> 'name'),
			'displayName', a.face ->> 'displayName')
		ELSE json_build_object(
			'path', '/c/' || (c.face ->> 'name'),
			'displayName', c.face ->> 'displayName') END,
	'filters', '[]'::json,
	'pager', page_pager($3::int, 50, p.videos),
	'first', (SELECT json_build_object('position', e.position,
			'shortUUID', v.short_uuid)
		FROM playlist_element e JOIN video v ON v.id = e.video_id
		WHERE e.playlist_id = p.id AND e.position <= 50
			AND playlist_element_type(v, $2::bigint) = 0
		ORDER BY e.position LIMIT 1),
	'elements', playlist_cards(p.id, $2::bigint, $3::int, 50))
FROM playlist_opened($1, $2::bigint) p
JOIN account a ON a.id = p.account_id
LEFT JOIN channel c ON c.id = p.channel_id
JOIN playlist_picture t ON t.id = p.id

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param viewer viewer
-- param start int 0..1000000 = 0
-- The viewer's playlists: what to watch later, then the last changed first.
SELECT json_build_object(
	'filters', '[]'::json,
	'pager', page_pager($2::int, 50, (SELECT count(*) FROM playlist p
		WHERE p.account_id = o.id)),
	'playlists', (SELECT coalesce(json_agg(json_build_object(
		'shortUUID', p.short_uuid,
		'displayName', p.name,
		'isWatchLater', p.kind = 2,
		'privacy', playlist_privacy(p.privacy) ->> 'label',
		'videosLength', p.videos,
		'updatedAt', iso(p.updated_at),
		'channel', c.display_name,
		'thumbnailPath', '/lazy-static/thumbnails/' || t.filename)
		ORDER BY p.kind DESC, p.updated_at DESC, p.id DESC), '[]')
	FROM (SELECT * FROM playlist p WHERE p.account_id = o.id
		ORDER BY p.kind DESC, p.updated_at DESC, p.id DESC
		LIMIT 50 OFFSET $2::int) p
	LEFT JOIN channel c ON c.id = p.channel_id
	JOIN playlist_picture t ON t.id = p.id))
FROM account o WHERE o.user_id = $1::bigint

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param viewer viewer
-- param start int 0..10000 = 0
-- What a user watched, the last first.
SELECT json_build_object(
	'blur', nsfw_policy($1::bigint) IN ('warn', 'blur'),
	'total', l.total,
	'filters', '[]'::json,
	'pager', page_pager($2::int, 24, l.total),
	'videos', coalesce((SELECT json_agg(json_build_object(
			'card', v.card, 'uuid', v.uuid, 'name', v.name,
			'place', h.place, 'watchedAt', iso(h.watched_at))
			ORDER BY h.watched_at DESC)
		FROM (SELECT h.* FROM history h
			JOIN video v ON v.id = h.video_id
			WHERE h.user_id = $1::bigint
				AND video_access(v, $1::bigint, true) <> 'hidden'
			ORDER BY h.watched_at DESC, h.video_id
			LIMIT 24 OFFSET $2::int) h
		JOIN video v ON v.id = h.video_id), '[]'))
FROM (SELECT count(*) AS total FROM (SELECT FROM history h
	JOIN video v ON v.id = h.video_id
	WHERE h.user_id = $1::bigint
		AND video_access(v, $1::bigint, true) <> 'hidden'
	LIMIT 10000) n) l

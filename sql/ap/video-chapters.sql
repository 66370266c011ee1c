-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /videos/watch/:id/chapters
-- type application/activity+json; charset=utf-8
-- cache 5
-- param id video required
-- Chapters of a video.
SELECT json_build_object('@context', ap_context_chapters(),
	'id', video_url(v) || '/chapters', 'hasPart', (
		SELECT coalesce(json_agg(json_build_object('name', c.title,
			'startOffset', c.timecode, 'endOffset', c.ends)
			ORDER BY c.timecode), '[]')
		FROM (SELECT c.title, c.timecode, lead(c.timecode, 1,
				greatest(v.duration, c.timecode))
				OVER (ORDER BY c.timecode) AS ends
			FROM video_chapter c WHERE c.video_id = v.id) c))
FROM video v
WHERE v.uuid = ap_uuid($1) AND video_is_fetchable(v)

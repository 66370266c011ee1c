-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /videos/watch/:id/chapters
-- type application/activity+json; charset=utf-8
-- cache 5
-- param id video required
-- Chapters of a video.
SELECT json_build_object('@context', ap_context_chapters(),
	'id', video_url(v) || '/chapters', 'hasPart', '[]'::json)
FROM video v
WHERE v.uuid = ap_uuid($1) AND video_is_fetchable(v)

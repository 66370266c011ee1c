-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/videos/:id/chapters
-- viewer optional
-- answer VideoChapters
-- param id video required
-- param viewer viewer
-- param password password
-- The chapters of a video, by their time.
SELECT json_build_object('chapters', coalesce(json_agg(json_build_object(
	'title', c.title, 'timecode', c.timecode) ORDER BY c.timecode)
	FILTER (WHERE c.timecode IS NOT NULL), '[]'))
FROM video_opened($1, $2::bigint, $3) v
LEFT JOIN video_chapter c ON c.video_id = v

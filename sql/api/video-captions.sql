-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/videos/:id/captions
-- viewer optional
-- answer list VideoCaption
-- param id video required
-- param viewer viewer
-- param password password
-- The subtitles of a video.
SELECT listed(count(c.video_id), json_agg(c.document ORDER BY c.language_id)
	FILTER (WHERE c.video_id IS NOT NULL))
FROM video_opened($1, $2::bigint, $3) v
LEFT JOIN video_caption_document c ON c.video_id = v

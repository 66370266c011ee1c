-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/videos/:id/description
-- viewer optional
-- param id video required
-- param viewer viewer
-- Gone from PeerTube since 6; yt-dlp and older applications still ask for it.
SELECT json_build_object('description', v.description)
FROM video v
WHERE v.id = video_id($1)
	AND video_access(v, $2::bigint, $1 LIKE '%-%') = 'watch'

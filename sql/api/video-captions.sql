-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/videos/:id/captions
-- viewer optional
-- param id video required
-- param viewer viewer
-- No video has any; clients fail on anything but 200.
SELECT json_build_object('total', 0, 'data', '[]'::json)
FROM video v
WHERE v.id = video_id($1)
	AND video_access(v, $2::bigint, $1 LIKE '%-%') <> 'hidden'

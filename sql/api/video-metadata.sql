-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/videos/:id/metadata/:file
-- viewer optional
-- param id video required
-- param file int 1..9000000000000000 required
-- param viewer viewer
-- What the probe said of one file.
SELECT coalesce(f.metadata, '{}')
FROM video v JOIN video_file f ON f.video_id = v.id
WHERE v.id = video_id($1) AND f.id = $2::bigint
	AND video_access(v, $3::bigint, $1 LIKE '%-%') = 'watch'

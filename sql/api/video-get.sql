-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param id video required
-- param viewer viewer
-- param password text 0..100
-- What the viewer may do with a video (20-video.sql), whether the password
-- opens it, and its document.
SELECT d.access, d.is_open, CASE WHEN d.access = 'watch' OR d.is_open THEN
	(SELECT document FROM video_document o WHERE o.id = d.id) END
FROM (SELECT v.id, video_access(v, $2::bigint, $1 LIKE '%-%') AS access,
		video_opens(v, $3) AS is_open
	FROM video v WHERE v.id = video_id($1) OFFSET 0) d

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param id video required
-- param viewer viewer
-- param password text 0..100
-- As api/video-get, with the numeric id instead of the document.
SELECT video_access(v, $2::bigint, $1 LIKE '%-%'),
	video_opens(v, $3), v.id
FROM video v WHERE v.id = video_id($1)

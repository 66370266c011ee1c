-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param id video required
-- How many watch a video now, as strangers may know. No row: hidden from them.
SELECT json_build_object('viewers', coalesce(n.viewers, 0))
FROM video v
LEFT JOIN video_viewers n ON n.video_id = v.id
WHERE v.id = video_id($1)
	AND video_access(v, NULL, $1 !~ '^[0-9]+$') = 'watch'

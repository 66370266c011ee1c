-- SPDX-License-Identifier: AGPL-3.0-or-later
-- POST /api/v1/server/redundancy/videos
-- viewer admin
-- status 204
-- field videoId video required
-- Mirrors a video of another instance; ours need none.
SELECT refuse(CASE WHEN EXISTS (SELECT FROM video WHERE id = video_id($1))
	THEN '400' ELSE '404' END, CASE WHEN EXISTS (SELECT FROM video
	WHERE id = video_id($1)) THEN 'Cannot create a redundancy of a local video'
	ELSE 'Video not found' END)

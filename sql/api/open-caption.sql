-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param session text 1..100
-- param access text 1..100
-- param token text 1..100
-- param password text 0..100
-- param file text 1..200
-- As api/open-web, subtitles.
SELECT v.files_are_public, 'lazy-static/video-captions/' || c.filename, NULL
FROM video_caption c JOIN video v ON v.id = c.video_id
WHERE c.filename = $5
	AND media_opens(v.id, $1::bytea, $2::bytea, $3::bytea, $4)

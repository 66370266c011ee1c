-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param session text 1..100
-- param access text 1..100
-- param token text 1..100
-- param password text 0..100
-- param video text 1..36
-- param file int 1..9000000000000000
-- As api/open-web, the file of that number. Numbers are no secrets: unlisted
-- videos are named by their UUID.
SELECT v.files_are_public, CASE WHEN f.playlist_id IS NULL
		THEN 'static/web-videos/' || f.filename
		ELSE 'static/streaming-playlists/hls/' || v.uuid || '/' ||
			f.filename END,
	v.name || ' ' || f.resolution || 'p' || right(f.filename, 4)
FROM video v JOIN video_file f ON f.video_id = v.id
WHERE v.id = video_id($5) AND ($5 LIKE '%-%' OR v.privacy <> 2)
	AND f.id = $6::bigint
	AND f.url IS NULL
	AND media_opens(v.id, $1::bytea, $2::bytea, $3::bytea, $4)

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param session text 1..100
-- param access text 1..100
-- param token text 1..100
-- param password text 0..100
-- param file text 1..200
-- param uuid text 36..36
-- As api/open-web, a rendition of a playlist.
SELECT v.files_are_public,
	'static/streaming-playlists/hls/' || v.uuid || '/' || f.filename, NULL
FROM video_file f JOIN video v ON v.id = f.video_id
WHERE f.filename = $5 AND v.uuid = $6::uuid AND f.playlist_id IS NOT NULL
	AND media_opens(v.id, $1::bytea, $2::bytea, $3::bytea, $4)

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param session text 1..100
-- param access text 1..100
-- param token text 1..100
-- param password text 0..100
-- param file text 1..200
-- param uuid text 36..36
-- As api/open-web, a list of a playlist: master, rendition's, hashes.
SELECT v.files_are_public,
	'static/streaming-playlists/hls/' || v.uuid || '/' || n.filename, NULL
FROM video v
JOIN streaming_playlist p ON p.video_id = v.id
CROSS JOIN LATERAL (
	SELECT p.playlist_filename UNION ALL SELECT p.segments_sha256_filename
	UNION ALL
	SELECT replace(f.filename, '-fragmented.mp4', '.m3u8')
	FROM video_file f WHERE f.video_id = v.id AND f.playlist_id = p.id
) n (filename)
WHERE v.uuid = $6::uuid AND n.filename = $5
	AND media_opens(v.id, $1::bytea, $2::bytea, $3::bytea, $4)

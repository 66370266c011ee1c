-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param session text 1..100
-- param access text 1..100
-- param token text 1..100
-- param password text 0..100
-- param uuid text 36..36
-- param resolution int 0..100000
-- param is_hls bool
-- As api/open-web, the rendition of that height.
SELECT v.files_are_public, CASE WHEN f.playlist_id IS NULL
		THEN 'static/web-videos/' || f.filename
		ELSE 'static/streaming-playlists/hls/' || v.uuid || '/' ||
			f.filename END,
	v.name || ' ' || f.resolution || 'p' || right(f.filename, 4)
FROM video v JOIN video_file f ON f.video_id = v.id
WHERE v.uuid = $5::uuid AND f.resolution = $6::int
	AND (f.playlist_id IS NOT NULL) = $7::boolean
	AND f.url IS NULL
	AND media_opens(v.id, $1::bytea, $2::bytea, $3::bytea, $4)

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param video int 1..9223372036854775807 required
-- Files that should have a torrent: id, path, the video's name, resolution,
-- and the name the torrent gets.
SELECT f.id, CASE WHEN f.playlist_id IS NULL
		THEN 'static/web-videos/' || f.filename
		ELSE 'static/streaming-playlists/hls/' || v.uuid || '/' ||
			f.filename END,
	v.name, f.resolution, gen_random_uuid() || '-' || f.resolution ||
		CASE WHEN f.playlist_id IS NULL THEN '' ELSE '-hls' END ||
		'.torrent'
FROM video_file f JOIN video v ON v.id = f.video_id
WHERE v.id = $1::bigint AND f.info_hash IS NULL

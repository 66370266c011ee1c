-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param session text 1..100
-- param access text 1..100
-- param token text 1..100
-- param password text 0..100
-- param file text 1..200
-- As api/open-web, a torrent.
SELECT v.files_are_public, 'lazy-static/torrents/' || f.torrent_filename,
	v.name || ' ' || f.resolution || 'p.torrent'
FROM video_file f JOIN video v ON v.id = f.video_id
WHERE f.torrent_filename = $5
	AND media_opens(v.id, $1::bytea, $2::bytea, $3::bytea, $4)

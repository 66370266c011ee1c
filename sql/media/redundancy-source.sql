-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param id int 1..9000000000000000 required
-- What is to be copied: the playlist's URL, its hashes' URL or NULL, the folder
-- below public/, bytes as its server says. No row: it is wanted no more.
SELECT r.playlist_url, p.segments_sha256_url, redundancy_folder(r), r.size
FROM redundancy r JOIN streaming_playlist p ON p.video_id = r.video_id
	AND p.url = r.playlist_url
WHERE r.id = $1

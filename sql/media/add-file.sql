-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param video int 1..9223372036854775807 required
-- param playlist int 1..9223372036854775807
-- param filename text 1..200 required
-- param resolution int 0..100000 required
-- param width int 0..100000 required
-- param height int 0..100000 required
-- param fps text 1..30 required
-- param size int 1..9223372036854775807 required
-- param bandwidth int 0..2147483647 required
-- param codecs text 0..200 required
-- param sound bool required
-- param hash text 1..100
-- param torrent text 1..200
-- param torrent_name text 1..1000
-- param metadata text 2..1048576 required
INSERT INTO video_file (video_id, playlist_id, filename, resolution, width,
	height, fps, size, bandwidth, codecs, has_audio, has_video, info_hash,
	torrent_filename, torrent_name, metadata)
VALUES ($1::bigint, $2::bigint, $3::text, $4::int, $5::int, $6::int,
	$7::real, $8::bigint, $9::int, $10::text, $11::boolean, true,
	$12::bytea, $13::text, $14::text, $15::jsonb)

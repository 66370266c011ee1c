-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param file int 1..9223372036854775807 required
-- param hash text 1..100 required
-- param filename text 1..200 required
-- param name text 1..1000 required
UPDATE video_file SET info_hash = $2::bytea, torrent_filename = $3::text,
	torrent_name = $4::text
WHERE id = $1::bigint

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param video int 1..9223372036854775807 required
-- param master text 1..200 required
-- param hashes text 1..200 required
INSERT INTO streaming_playlist (video_id, playlist_filename,
	segments_sha256_filename)
VALUES ($1::bigint, $2::text, $3::text) RETURNING id

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param video int 1..9223372036854775807 required
-- param duration int 0..1000000 required
-- param ratio text 1..30 required
-- param first bool required
-- param note text 1..8192
-- param kept bool required
-- param resolution int 0..100000 required
-- param metadata text 2..1048576 required
-- The video has its files.
WITH s AS (
	UPDATE video_source SET is_kept = $6::boolean, resolution = $7::int,
		metadata = $8::jsonb
	WHERE video_id = $1::bigint
)
UPDATE video SET duration = $2::int, aspect_ratio = $3::real, state = 1,
	published_at = CASE WHEN $4::boolean THEN now() ELSE published_at END,
	updated_at = now(),
	files_are_public = privacy IN (1, 2) AND NOT is_blocked, error = $5::text
WHERE id = $1::bigint

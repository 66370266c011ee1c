-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param video int 1..9223372036854775807 required
-- param kind choice thumbnail|preview required
-- param filename text 1..200 required
-- param width int 1..100000 required
-- param height int 1..100000 required
-- param custom bool required
INSERT INTO thumbnail (video_id, kind, filename, width, height, is_custom)
VALUES ($1::bigint, $2::text, $3::text, $4::int, $5::int, $6::boolean)
ON CONFLICT (video_id, kind) DO UPDATE SET filename = EXCLUDED.filename,
	width = EXCLUDED.width, height = EXCLUDED.height,
	is_custom = EXCLUDED.is_custom

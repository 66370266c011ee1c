-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param playlist int 1..9223372036854775807 required
-- param filename text 1..200 required
-- param width int 1..100000 required
-- param height int 1..100000 required
-- A picture of its own. No row: the playlist has been deleted.
UPDATE playlist SET thumbnail = $2::text, thumbnail_width = $3::int,
	thumbnail_height = $4::int
WHERE id = $1::bigint RETURNING id

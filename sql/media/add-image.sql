-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param actor int 1..9223372036854775807 required
-- param kind choice avatar|banner required
-- param filename text 1..200 required
-- param width int 1..100000 required
-- param height int 1..100000 required
INSERT INTO actor_image (actor_id, kind, filename, width, height)
VALUES ($1::bigint, $2::text, $3::text, $4::int, $5::int)

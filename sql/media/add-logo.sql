-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param kind choice favicon|header-wide|header-square|opengraph required
-- param filename text 1..200 required
-- param width int 1..100000 required
-- param height int 1..100000 required
INSERT INTO instance_logo (kind, filename, width, height)
VALUES ($1::text, $2::text, $3::int, $4::int)

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param actor int 1..9223372036854775807 required
-- param kind choice avatar|banner required
DELETE FROM actor_image WHERE actor_id = $1::bigint AND kind = $2::text

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param actor int 1..9223372036854775807 required
UPDATE actor SET updated_at = now() WHERE id = $1::bigint RETURNING id

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param video int 1..9223372036854775807 required
-- param public bool required
UPDATE video SET files_are_public = $2::boolean WHERE id = $1::bigint

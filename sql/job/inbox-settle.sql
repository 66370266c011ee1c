-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param id int 1..9223372036854775807 required
-- param lease int 1..9223372036854775807 required
-- param final bool required
-- param why text 0..2000 required
-- It could not be applied: later, or never.
SELECT inbox_settle_write($1::bigint, $2::bigint, $3::boolean, $4::text)

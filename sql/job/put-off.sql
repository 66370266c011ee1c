-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param id int 1..9223372036854775807 required
-- param lease int 1..9223372036854775807 required
-- param why text 0..8192 required
-- param room int 0..9223372036854775807 required
-- Later, when there may be as much room on the disk.
SELECT job_put_off_write($1::bigint, $2::bigint, $3::text, $4::bigint)

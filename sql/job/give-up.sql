-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param id int 1..9223372036854775807 required
-- param lease int 1..9223372036854775807 required
-- param error text 0..8192 required
-- param permanent bool required
-- param details text 0..8192
-- After a failure: the new state, scheduled or dead; NULL: the lease was lost.
SELECT job_give_up_write($1::bigint, $2::bigint, $3::text, $4::boolean, $5)

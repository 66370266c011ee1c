-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param id int 1..9223372036854775807 required
-- param lease int 1..9223372036854775807 required
-- Ready again at once, as if it had not been claimed.
SELECT job_ready_write($1::bigint, $2::bigint, 1)

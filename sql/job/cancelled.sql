-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param id int 1..9223372036854775807 required
-- param lease int 1..9223372036854775807 required
-- The worker has stopped what somebody cancelled.
SELECT job_cancelled_write($1::bigint, $2::bigint)

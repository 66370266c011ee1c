-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param id int 1..9223372036854775807 required
-- Cancels a job and all that waits for it.
SELECT job_cancel_write($1::bigint)

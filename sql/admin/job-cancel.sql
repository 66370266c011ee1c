-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param id int 1..9223372036854775807
-- A running job is asked to stop; one that waits becomes dead. What waits for
-- it is gone.
WITH v AS MATERIALIZED (
	SELECT job_stopped_write($1::bigint)
), w AS (
	SELECT job_cancel_write(job_id) FROM job_dep WHERE needs = $1
), n AS (
	DELETE FROM job_dep WHERE job_id = $1
)
UPDATE job SET cancel = true,
	state = CASE state WHEN 1 THEN 1 ELSE 4 END,
	waits = CASE state WHEN 1 THEN waits ELSE 0 END,
	error = CASE state WHEN 1 THEN error ELSE 'Cancelled.' END
FROM v WHERE id = $1 AND state <> 4 AND (SELECT count(*) FROM w) >= 0
RETURNING state

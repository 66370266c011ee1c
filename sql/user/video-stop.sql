-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param id int 1..9000000000000000
-- param why text 1..200
-- Stops making a video playable; a row for each job that was stopped.
WITH stopped AS MATERIALIZED (
	SELECT job_cancel_write(id) FROM job
	WHERE queue = 1 AND state <> 4 AND payload ? 'videoId'
		AND payload ->> 'videoId' = $1::text
), told AS (
	UPDATE video SET state = 7, error = $2
	WHERE id = $1::bigint AND state NOT IN (1, 7)
	RETURNING id
)
SELECT (SELECT count(*) FROM stopped), (SELECT count(*) FROM told)

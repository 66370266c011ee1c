-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param id int 1..9223372036854775807
-- A dead or waiting job runs now, with all its attempts before it.
WITH v AS (
	UPDATE video v SET state = 2, error = NULL FROM job j
	WHERE j.id = $1 AND j.queue = 1 AND j.state = 4
		AND v.id = (j.payload ->> 'videoId')::bigint AND v.state = 7
)
UPDATE job SET state = 0, attempt = 0, run_at = now(), cancel = false,
	seq = nextval('job_seq'), error = NULL, details = NULL
WHERE id = $1 AND state IN (2, 4)
RETURNING queue

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Scheduled jobs whose time has come become ready.
WITH c AS MATERIALIZED (
	SELECT id FROM job WHERE state = 2 AND run_at <= now()
	ORDER BY run_at LIMIT 1000 FOR UPDATE SKIP LOCKED
)
UPDATE job j SET state = 0, seq = nextval('job_seq') FROM c WHERE j.id = c.id

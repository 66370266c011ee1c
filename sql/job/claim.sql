-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param queue int 1..32767 required
-- param count int 1..1000 required
-- param worker text 1..200 required
-- param lease int 1..86400 required
-- Takes up to `count` ready jobs, unless an admin has paused them. Losing a claim
-- in a crash costs nothing, so its commit does not wait for the disk.
WITH s AS MATERIALIZED (
	SELECT set_config('synchronous_commit', 'off', true)
), c AS MATERIALIZED (
	SELECT id FROM job WHERE state = 0 AND queue = $1::smallint
		AND setting('jobs.paused') IS DISTINCT FROM 'true'
	ORDER BY queue, priority, turn, seq LIMIT $2::int FOR UPDATE SKIP LOCKED
), taken AS (
	UPDATE job j SET state = 1, attempt = attempt + 1,
		lease = nextval('lease_seq'),
		lease_until = now() + make_interval(secs => $4::int),
		deadline = now() + interval '7 days', worker = $3::text,
		progress = 0
	FROM c, s WHERE j.id = c.id
	RETURNING j.*
)
SELECT id, lease, attempt, max_attempt, payload, queue FROM taken
ORDER BY priority, turn, seq

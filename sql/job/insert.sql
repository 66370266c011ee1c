-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role page api upload worker
-- param queue int 1..32767 required
-- param payload text 2..65536 required
-- param attempts int 1..32767 required
-- param priority int 0..9 = 5
-- param delay int 0..31536000 = 0
-- param uniq text 1..200
-- param owner int 1..9223372036854775807
-- param needs int 1..9223372036854775807
-- Inserts a job. Of one `uniq` only one waits; the waiting one is then locked
-- until this transaction ends, so that it cannot start before it and miss
-- what this transaction changes. `inserted` says which it was.
WITH n AS MATERIALIZED (
	SELECT id FROM job WHERE id = $8::bigint FOR KEY SHARE
), j AS (
	INSERT INTO job (queue, payload, max_attempt, priority, run_at, uniq,
		owner_id, waits, state)
	SELECT $1::smallint, $2::jsonb, $3::smallint, $4::smallint,
		now() + make_interval(secs => $5::int), $6::text, $7::bigint,
		(SELECT count(*) FROM n),
		CASE WHEN EXISTS (SELECT FROM n) THEN 3
			WHEN $5::int > 0 THEN 2 ELSE 0 END
	ON CONFLICT (uniq) WHERE uniq IS NOT NULL AND state IN (0, 2, 3)
	DO UPDATE SET run_at = least(job.run_at, EXCLUDED.run_at)
	RETURNING id, xmax = 0 AS inserted
), d AS (
	INSERT INTO job_dep (needs, job_id)
	SELECT n.id, j.id FROM n, j WHERE j.inserted
)
SELECT id, inserted FROM j

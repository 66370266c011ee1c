-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param id int 1..9223372036854775807 required
-- param worker text 1..200 required
-- param lease int 1..86400 required
-- Takes one job by its number, also before its time or after its death.
UPDATE job SET state = 1, attempt = attempt + 1, lease = nextval('lease_seq'),
	max_attempt = greatest(max_attempt, attempt + 1),
	lease_until = now() + make_interval(secs => $3::int),
	deadline = now() + interval '7 days', worker = $2::text, progress = 0
WHERE id = $1::bigint AND state IN (0, 2, 4)
RETURNING id, lease, attempt, max_attempt, payload, queue

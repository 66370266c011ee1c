-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param id int 1..9223372036854775807 required
-- param lease int 1..9223372036854775807 required
-- param progress int 0..100 required
-- param seconds int 1..86400 required
-- Keeps the lease; no row: it is lost.
WITH s AS MATERIALIZED (
	SELECT set_config('synchronous_commit', 'off', true)
)
UPDATE job SET lease_until = now() + make_interval(secs => $4::int),
	progress = $3::smallint
FROM s WHERE id = $1::bigint AND lease = $2::bigint AND state = 1
	AND deadline > now()
RETURNING cancel

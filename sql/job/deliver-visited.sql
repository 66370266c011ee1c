-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param hosts list 1..1000 required
-- param leases list 1..1000 required
-- param ends list 1..1000 required
-- param took list 1..1000 required
-- param waits list 1..1000 required
-- param said list 1..1000 required
-- param rfc9421 list 1..1000 required
-- param lanes list 1..1000 required
-- What became of the servers they were for.
SELECT * FROM host_visited_write($1::bigint[], $2::bigint[], $3::text[],
	$4::boolean[], $5::int[], $6::text[], $7::boolean[], $8::int[])

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param name text 1..261
-- One server; $1 NULL: all, those with trouble last.
SELECT h.name, h.software, host_state(h), w.nr,
	extract(epoch FROM now() - w.since)::bigint AS age, h.fails,
	h.last_status, iso(h.last_ok), CASE WHEN h.pending THEN iso(h.next_at) END
FROM host h CROSS JOIN host_waiting(h) w
WHERE $1::text IS NULL OR h.id = host_named($1)
ORDER BY h.dead, h.fails, h.name

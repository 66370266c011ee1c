-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role page api
-- Gives back this connection's place for hashing (it holds at most one).
SELECT pg_advisory_unlock(7237, l.objid::int) FROM pg_locks l
WHERE l.locktype = 'advisory' AND l.classid = 7237
	AND l.pid = pg_backend_pid() AND l.objsubid = 2

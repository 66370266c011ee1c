-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What came from other servers in the last thirty days, what came most first.
SELECT c.type, c.outcome, sum(c.nr) AS nr, max(c.day) AS day
FROM inbox_count c GROUP BY c.type, c.outcome
ORDER BY nr DESC, c.type, c.outcome

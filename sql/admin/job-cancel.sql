-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param id int 1..9223372036854775807
-- A running job is asked to stop; one that waits becomes dead.
UPDATE job SET cancel = true,
	state = CASE state WHEN 1 THEN 1 ELSE 4 END,
	waits = CASE state WHEN 1 THEN waits ELSE 0 END,
	error = CASE state WHEN 1 THEN error ELSE 'Cancelled.' END
WHERE id = $1 AND state <> 4
RETURNING state

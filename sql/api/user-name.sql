-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param viewer viewer
-- param id int 1..9223372036854775807
-- The name of a user the viewer manages.
SELECT check_manages($1::bigint, $2::bigint), (SELECT a.name FROM account c
	JOIN actor a ON a.id = c.actor_id WHERE c.user_id = $2::bigint)

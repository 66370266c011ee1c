-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param name text 1..50
-- The user signs in by the password alone.
WITH gone AS (
	DELETE FROM two_factor t USING account c, actor a
	WHERE c.user_id = t.user_id AND a.id = c.actor_id AND a.name = $1
)
SELECT c.user_id FROM account c JOIN actor a ON a.id = c.actor_id
WHERE a.name = $1 AND c.user_id IS NOT NULL

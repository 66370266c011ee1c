-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param name text 1..50
-- param role int 0..2
-- A new role ends all sessions and tokens: none keeps the old rights.
WITH found AS (
	UPDATE app_user u SET role = $2::smallint
	FROM account JOIN actor a ON a.id = account.actor_id
	WHERE account.user_id = u.id AND a.name = $1
	RETURNING u.id
), signed_out AS (
	DELETE FROM session s USING found WHERE s.user_id = found.id
), tokens_gone AS (
	DELETE FROM token t USING found WHERE t.user_id = found.id
)
SELECT id FROM found

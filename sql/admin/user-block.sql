-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param name text 1..50
-- param blocked bool
-- param reason text 0..1000
-- Blocks or unblocks; a blocked user is signed out everywhere at once.
WITH found AS (
	UPDATE app_user u SET is_blocked = $2,
		blocked_reason = CASE WHEN $2 THEN $3 END
	FROM account JOIN actor a ON a.id = account.actor_id
	WHERE account.user_id = u.id AND a.name = $1
	RETURNING u.id
), signed_out AS (
	DELETE FROM session s USING found
	WHERE $2 AND s.user_id = found.id
), tokens_gone AS (
	DELETE FROM token t USING found
	WHERE $2 AND t.user_id = found.id
)
SELECT id FROM found

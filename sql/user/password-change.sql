-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param viewer viewer
-- param password_hash text 1..200
-- A new password ends all sessions and tokens, in the same moment.
WITH signed_out AS (
	DELETE FROM session WHERE user_id = $1::bigint
), tokens_gone AS (
	DELETE FROM token WHERE user_id = $1::bigint
)
UPDATE app_user SET password_hash = $2 WHERE id = $1::bigint

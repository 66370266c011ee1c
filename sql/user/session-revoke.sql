-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param viewer viewer
-- param kind choice session|token
-- param id int 1..9223372036854775807
WITH signed_out AS (
	DELETE FROM session
	WHERE user_id = $1::bigint AND $2 = 'session' AND id = $3::bigint
)
DELETE FROM token
WHERE user_id = $1::bigint AND $2 = 'token' AND id = $3::bigint

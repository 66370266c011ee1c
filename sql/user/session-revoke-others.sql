-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param viewer viewer
-- param session_id int 0..9223372036854775807
-- Signs out everywhere but here.
WITH signed_out AS (
	DELETE FROM session WHERE user_id = $1::bigint AND id <> $2::bigint
)
DELETE FROM token WHERE user_id = $1::bigint

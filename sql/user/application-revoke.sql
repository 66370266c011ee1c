-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param viewer viewer
-- param kind choice token|app
-- param id int 1..9223372036854775807
DELETE FROM token WHERE user_id = $1::bigint
	AND (($2 = 'token' AND id = $3::bigint AND name IS NOT NULL)
		OR ($2 = 'app' AND app_id = $3::bigint))

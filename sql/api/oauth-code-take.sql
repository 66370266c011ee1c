-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param code_hash text 1..100
-- param client_id text 1..100
-- param redirect_uri text 1..1000
-- param challenge text 43..43
-- param access_hash text 1..100
-- param refresh_hash text 1..100
-- param access_seconds int 1..100000000
-- param refresh_seconds int 1..100000000
-- param address text 1..50
-- param user_agent text 0..300
-- The scopes of a new token; NULL: the code is none.
SELECT oauth_code_take_write($1::bytea, $2, $3, $4, $5::bytea, $6::bytea,
	$7::int, $8::int, $9::inet, $10)

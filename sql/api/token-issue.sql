-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param user_id int 1..9223372036854775807
-- param access_hash text 1..100
-- param refresh_hash text 1..100
-- param access_seconds int 1..100000000
-- param refresh_seconds int 1..100000000
-- param address text 1..50
-- param user_agent text 0..300
WITH seen AS (
	UPDATE app_user SET last_login_at = now() WHERE id = $1::bigint
)
INSERT INTO token (user_id, access_hash, refresh_hash, access_expires_at,
	refresh_expires_at, address, user_agent)
VALUES ($1::bigint, $2::bytea, $3::bytea,
	now() + $4::int * interval '1 second',
	now() + $5::int * interval '1 second', $6::inet, $7)

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param user_id int 1..9223372036854775807
-- param secret_hash text 1..100
-- param address text 1..50
-- param user_agent text 0..300
-- param old_session int 0..9223372036854775807
-- Signs in; the session this browser had (0: none) ends.
WITH ended AS (
	DELETE FROM session WHERE id = $5
), seen AS (
	UPDATE app_user SET last_login_at = now() WHERE id = $1
)
INSERT INTO session (user_id, secret_hash, expires_at, address, user_agent)
VALUES ($1, $2::bytea, now() + interval '30 days', $3::inet, $4)

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param code_hash text 1..100
-- param app_id int 1..9223372036854775807
-- param user_id int 1..9223372036854775807
-- param redirect_uri text 1..1000
-- param challenge text 43..43
-- param scopes int 0..1000
-- A code for a minute; those of yesterday go.
WITH gone AS (
	DELETE FROM oauth_code WHERE expires_at < now() - interval '1 day'
)
INSERT INTO oauth_code (code_hash, app_id, user_id, redirect_uri, challenge,
	scopes, expires_at)
VALUES ($1::bytea, $2::bigint, $3::bigint, $4, $5, $6::int,
	now() + interval '1 minute')

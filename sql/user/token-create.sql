-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param viewer viewer
-- param access_hash text 1..100
-- param name chars 1..60
-- param scopes int 1..1000
-- param days int 1..366
-- No row: there are fifty already.
INSERT INTO token (user_id, access_hash, name, scopes, access_expires_at,
	refresh_expires_at)
SELECT $1::bigint, $2::bytea, $3, $4::int, t.ends, t.ends
FROM (SELECT now() + $5::int * interval '1 day' AS ends) t
WHERE (SELECT count(*) FROM token
	WHERE user_id = $1::bigint AND name IS NOT NULL) < 50
RETURNING id

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param old_hash text 1..100
-- param access_hash text 1..100
-- param refresh_hash text 1..100
-- param access_seconds int 1..100000000
-- param refresh_seconds int 1..100000000
-- param client_id text 1..100
-- A new pair for the holder of a living refresh token; the old pair ends.
UPDATE token t SET access_hash = $2::bytea, refresh_hash = $3::bytea,
	spent_hash = $1::bytea,
	access_expires_at = now() + $4::int * interval '1 second',
	refresh_expires_at = now() + $5::int * interval '1 second'
FROM app_user u
WHERE t.refresh_hash = $1::bytea AND t.refresh_expires_at > now()
	AND (SELECT a.client_id FROM oauth_app a WHERE a.id = t.app_id)
		IS NOT DISTINCT FROM $6
	AND u.id = t.user_id AND NOT u.is_blocked
RETURNING t.id

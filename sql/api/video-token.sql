-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param video int 1..9223372036854775807
-- param secret_hash text 1..100
-- param secret text 1..100
-- param viewer viewer
WITH new AS (
	INSERT INTO video_token (secret_hash, video_id, user_id, expires_at)
	VALUES ($2::bytea, $1::bigint, $4::bigint, now() + interval '8 hours')
	RETURNING expires_at
)
SELECT json_build_object('files', json_build_object('token', $3::text,
	'expires', iso(expires_at)))
FROM new

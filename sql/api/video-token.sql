-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param id video required
-- param viewer viewer
-- param password password
-- param secret_hash text 1..100
-- param secret text 1..100
-- A token for the files of a video that the viewer may watch.
WITH new AS (
	INSERT INTO video_token (secret_hash, video_id, user_id, expires_at)
	VALUES ($4::bytea, video_opened($1, $2::bigint, $3), $2::bigint,
		now() + interval '8 hours')
	RETURNING expires_at
)
SELECT json_build_object('files', json_build_object('token', $5::text,
	'expires', iso(expires_at)))
FROM new

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role page
-- param video int 1..9223372036854775807
-- param secret_hash text 1..100
-- A token for the files of a video that a stranger's password has opened.
INSERT INTO video_token (secret_hash, video_id, expires_at)
VALUES ($2::bytea, $1::bigint, now() + interval '8 hours')

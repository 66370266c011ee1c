-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role upload
-- param id text 64..64
-- param viewer viewer
-- param video int 1..9000000000000000
-- param filename text 1..1000
-- param size int 1..9000000000000000
-- param form text 2..1000000
-- param thumbnail text 1..100
-- Begins an upload in pieces: its bytes and its expiry. No row: a hundred of
-- the viewer's are open.
INSERT INTO upload_session (id, user_id, video_id, filename, size, form,
	thumbnail)
SELECT $1, $2::bigint, $3::bigint, $4, $5::bigint, $6::jsonb, $7
WHERE (SELECT count(*) FROM upload_session WHERE user_id = $2::bigint
	AND answer IS NULL AND touched_at > now() - interval '24 hours') < 100
RETURNING received, to_char((touched_at + interval '24 hours')
	AT TIME ZONE 'UTC', 'Dy, DD Mon YYYY HH24:MI:SS "GMT"')

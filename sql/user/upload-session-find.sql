-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role upload
-- param viewer viewer
-- param id text 1..100
-- An upload in pieces of the viewer's, and when it is given up.
SELECT file, size, received, filename, video_id, form, thumbnail, answer,
	to_char((touched_at + interval '24 hours') AT TIME ZONE 'UTC',
		'Dy, DD Mon YYYY HH24:MI:SS "GMT"')
FROM upload_session_of($1::bigint, $2)

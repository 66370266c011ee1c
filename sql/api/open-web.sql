-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param session text 1..100
-- param access text 1..100
-- param token text 1..100
-- param password text 0..100
-- param file text 1..200
-- For whoever may have it: is the file public by now, its path below public/
-- or private/, the name to save it as.
SELECT v.files_are_public, 'static/web-videos/' || f.filename, NULL
FROM video_file f JOIN video v ON v.id = f.video_id
WHERE f.filename = $5 AND f.playlist_id IS NULL
	AND media_opens(v.id, $1::bytea, $2::bytea, $3::bytea, $4)

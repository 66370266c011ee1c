-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param session text 1..100
-- param access text 1..100
-- param token text 1..100
-- param password text 0..100
-- param file text 1..200
-- As api/open-web, a thumbnail or preview.
SELECT v.files_are_public, 'lazy-static/thumbnails/' || t.filename, NULL
FROM thumbnail t JOIN video v ON v.id = t.video_id
WHERE t.filename = $5
	AND media_opens(v.id, $1::bytea, $2::bytea, $3::bytea, $4)

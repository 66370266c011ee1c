-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param video int 1..9223372036854775807 required
-- Forgets what an earlier transcoding made, and tells which files it was.
WITH v AS MATERIALIZED (
	SELECT * FROM video WHERE id = $1::bigint
), old AS MATERIALIZED (
	SELECT n.path FROM v, video_files(v) AS n (path)
	WHERE n.path NOT LIKE 'lazy-static/video-captions/%'
		AND NOT EXISTS (SELECT FROM thumbnail t
		WHERE t.video_id = v.id AND t.is_custom
			AND n.path = 'lazy-static/thumbnails/' || t.filename)
), f AS (
	DELETE FROM video_file WHERE video_id = $1::bigint
), p AS (
	DELETE FROM streaming_playlist WHERE video_id = $1::bigint
), t AS (
	DELETE FROM thumbnail WHERE video_id = $1::bigint AND NOT is_custom
)
SELECT path FROM old

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param video int 1..9223372036854775807 required
WITH old AS MATERIALIZED (
	SELECT id, torrent_filename FROM video_file
	WHERE video_id = $1::bigint AND torrent_filename IS NOT NULL
), cleared AS (
	UPDATE video_file f SET info_hash = NULL, torrent_filename = NULL,
		torrent_name = NULL
	FROM old WHERE f.id = old.id
)
SELECT 'lazy-static/torrents/' || torrent_filename FROM old

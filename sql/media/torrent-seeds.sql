-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param video int 1..9223372036854775807 required
-- Web seeds of a video's torrents, a row for each: the torrent's name, a URL.
SELECT f.torrent_filename, s.url
FROM video_file f JOIN video v ON v.id = f.video_id
CROSS JOIN LATERAL unnest(web_seeds(v, f)) WITH ORDINALITY s (url, nr)
WHERE v.id = $1::bigint AND f.torrent_filename IS NOT NULL AND f.url IS NULL
ORDER BY f.id, s.nr

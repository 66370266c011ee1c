-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/search/video-playlists
-- viewer optional
-- cache 5
-- answer list VideoPlaylist
-- param start int 0..1000000 = 0
-- param count int 0..100 = 15
-- param sort choice match|-match|displayName|-displayName|createdAt|-createdAt = -match
-- param search text 0..1000
-- param host text 0..300
-- param uuids list 0..100
-- param viewer viewer
-- Public playlists by their name; the address of one of ours finds it.
SELECT playlist_search($1::int, $2::int, $3, nullif($4, ''), nullif($5, ''),
	$6::text[], $7)

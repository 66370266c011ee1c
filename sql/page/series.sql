-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param playlistId text 0..100 required
-- param viewer viewer
-- param video text 0..30 required
-- param playlistPosition text 0..20
-- Where a watch page is in the playlist it was come to from; no row: nowhere.
SELECT s FROM playlist_series($1, $2::bigint, $3,
	coalesce(number_or_null(left($4, 9)), 1)::int) s
WHERE s IS NOT NULL

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/video-playlists/:id/videos
-- viewer optional
-- answer list VideoPlaylistElement
-- param id video required
-- param viewer viewer
-- param start int 0..1000000 = 0
-- param count int 0..100 = 15
-- What is in a playlist, by its position.
SELECT playlist_videos($1, $2::bigint, $3::int, $4::int)

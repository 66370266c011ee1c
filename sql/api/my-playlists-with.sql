-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/users/me/video-playlists/videos-exist
-- viewer user
-- answer VideosInPlaylists
-- param viewer viewer
-- param videoIds ints 1..100 required
-- Which of the viewer's playlists have these videos.
SELECT playlists_with($1::bigint, $2::bigint[])

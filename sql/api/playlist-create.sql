-- SPDX-License-Identifier: AGPL-3.0-or-later
-- POST /api/v1/video-playlists
-- viewer user
-- answer VideoPlaylistCreated
-- param viewer viewer
-- param body body
-- Make a playlist.
SELECT playlist_create($1::bigint, $2::jsonb)

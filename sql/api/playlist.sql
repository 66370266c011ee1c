-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/video-playlists/:id
-- viewer optional
-- answer VideoPlaylist
-- param id video required
-- param viewer viewer
-- A playlist.
SELECT document FROM playlist_document
WHERE id = (playlist_opened($1, $2::bigint)).id

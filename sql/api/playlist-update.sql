-- SPDX-License-Identifier: AGPL-3.0-or-later
-- PUT /api/v1/video-playlists/:id
-- viewer user
-- status 204
-- param id video required
-- param viewer viewer
-- param body body
-- Change a playlist: what is sent takes the place of what was.
SELECT playlist_update($2::bigint, $1, $3::jsonb)

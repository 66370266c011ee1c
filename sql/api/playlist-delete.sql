-- SPDX-License-Identifier: AGPL-3.0-or-later
-- DELETE /api/v1/video-playlists/:id
-- viewer user
-- status 204
-- wake remove
-- param id video required
-- param viewer viewer
-- Delete a playlist; its videos stay.
SELECT playlist_delete($1, $2::bigint)

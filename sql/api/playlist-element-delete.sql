-- SPDX-License-Identifier: AGPL-3.0-or-later
-- DELETE /api/v1/video-playlists/:id/videos/:element
-- viewer user
-- status 204
-- param id video required
-- param element int 1..9007199254740991 required
-- param viewer viewer
-- Take an element out of a playlist.
SELECT playlist_element_delete($1, $3::bigint, $2::bigint)

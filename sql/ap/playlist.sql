-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /video-playlists/:id
-- type application/activity+json; charset=utf-8
-- cache 5
-- param id video required
-- param page int 1..100000
-- A public playlist; with a page the URLs of its elements.
SELECT ap_document(ap_context_playlist(),
	json_members(ap_playlist(p, $2::int)))
FROM playlist p
WHERE p.uuid = ap_uuid($1) AND playlist_is_told(p)

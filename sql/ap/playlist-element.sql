-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /video-playlists/:id/videos/:elementId
-- type application/activity+json; charset=utf-8
-- cache 5
-- param id video required
-- param elementId int 1..1000000000000000000 required
-- One video of a playlist.
SELECT ap_document(ap_context_playlist(),
	json_members(ap_playlist_element(p, e)))
FROM playlist p
JOIN playlist_element e ON e.id = $2::bigint AND e.playlist_id = p.id
	AND e.video_id IS NOT NULL
WHERE p.uuid = ap_uuid($1) AND playlist_is_told(p)

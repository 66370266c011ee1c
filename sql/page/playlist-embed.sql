-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param id video required
-- param playlistPosition int 1..1000000 = 1
-- The embed page of a playlist's first video that everybody may watch, from
-- that place on.
SELECT '/videos/embed/' || v.short_uuid
FROM playlist_opened($1, NULL) p
JOIN playlist_element e ON e.playlist_id = p.id
JOIN video v ON v.id = e.video_id
WHERE e.position BETWEEN $2::int AND $2::int + 50
	AND playlist_element_type(v, NULL) = 0
ORDER BY e.position LIMIT 1

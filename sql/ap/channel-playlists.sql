-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /video-channels/:name/playlists
-- type application/activity+json; charset=utf-8
-- cache 60
-- param name handle required
-- param page int 1..10000000
-- Public playlists of a channel.
SELECT ap_collection(actor_url(a.kind, a.name) || '/playlists',
	(SELECT count(*) FROM playlist p
		WHERE p.channel_id = c.id AND playlist_is_told(p)), $2::int, NULL,
	(SELECT json_agg(playlist_url(p) ORDER BY p.channel_position)
	FROM (SELECT p.* FROM playlist p
		WHERE p.channel_id = c.id AND playlist_is_told(p)
		ORDER BY p.channel_position
		LIMIT 10 OFFSET ($2::int - 1) * 10) p
	WHERE $2::int IS NOT NULL))
FROM actor a
JOIN channel c ON c.actor_id = a.id
WHERE a.name = $1 AND a.host_id IS NULL

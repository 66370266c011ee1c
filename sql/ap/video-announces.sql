-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /videos/watch/:id/announces
-- type application/activity+json; charset=utf-8
-- cache 5
-- param id video required
-- param page int 1..10000000
-- Who shares a video: its channel and this server.
SELECT ap_collection(video_url(v) || '/announces', 2, $2::int, NULL,
	CASE WHEN $2::int = 1 THEN (
		SELECT json_agg(announce_url(v, a.id) ORDER BY a.id)
		FROM actor a
		WHERE a.kind = 'Application' OR a.id = c.actor_id) END)
FROM video v
JOIN channel c ON c.id = v.channel_id
WHERE v.uuid = ap_uuid($1) AND video_is_federated(v)

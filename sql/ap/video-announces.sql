-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /videos/watch/:id/announces
-- type application/activity+json; charset=utf-8
-- cache 5
-- param id video required
-- param page int 1..10000000
-- Who shares a video: its channel and this server, then others.
SELECT ap_collection(video_url(v) || '/announces',
	2 + (SELECT count(*) FROM share s WHERE s.video_id = v.id), $2::int, NULL,
	CASE WHEN $2::int IS NOT NULL THEN (
		SELECT json_agg(p.url ORDER BY p.nr)
		FROM (SELECT url, row_number() OVER () AS nr FROM (
			(SELECT announce_url(v, a.id) AS url FROM actor a
			WHERE a.id IN (instance_actor(), c.actor_id)
			ORDER BY a.id)
			UNION ALL
			(SELECT s.url FROM share s
			WHERE s.video_id = v.id AND s.url IS NOT NULL
			ORDER BY s.created_at, s.actor_id)) all_of_them
			LIMIT 10 OFFSET ($2::int - 1) * 10) p) END)
FROM video v
JOIN channel c ON c.id = v.channel_id
WHERE v.uuid = ap_uuid($1) AND video_is_federated(v)

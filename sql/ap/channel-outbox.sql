-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /video-channels/:name/outbox
-- type application/activity+json; charset=utf-8
-- cache 5
-- param name handle required
-- param page int 1..10000000
-- param size int 1..100
-- What a channel shares, newest first: an Announce of each of its public
-- videos.
SELECT ap_collection(actor_url(a.kind, a.name) || '/outbox',
	(SELECT count(*) FROM video v
	 WHERE v.channel_id = c.id AND video_is_federated(v)), $2::int, $3::int,
	CASE WHEN $2::int IS NOT NULL THEN (
		SELECT json_agg(ap_announce(v, a))
		FROM (SELECT * FROM video v
			WHERE v.channel_id = c.id AND video_is_federated(v)
			ORDER BY v.published_at DESC, v.id DESC
			LIMIT coalesce($3::int, 10) OFFSET ($2::int - 1) * coalesce($3::int, 10)) v)
	END)
FROM actor a
JOIN channel c ON c.actor_id = a.id
WHERE a.name = $1 AND a.host_id IS NULL

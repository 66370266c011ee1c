-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /accounts/:name/outbox
-- type application/activity+json; charset=utf-8
-- cache 5
-- param name handle required
-- param page int 1..10000000
-- param size int 1..100
-- What an account published, newest first: the Create of each of its public
-- videos (the video by its URL, as PeerTube since 8.0); of the server, an
-- Announce of every public video.
SELECT ap_collection(actor_url(a.kind, a.name) || '/outbox',
	CASE a.kind WHEN 'Application' THEN
		(SELECT count(*) FROM video v WHERE video_is_federated(v))
	ELSE (SELECT count(*) FROM channel c
		JOIN video v ON v.channel_id = c.id AND video_is_federated(v)
		WHERE c.account_id = p.id) END, $2::int, $3::int,
	CASE WHEN $2::int IS NULL THEN NULL
	WHEN a.kind = 'Application' THEN (
		SELECT json_agg(ap_announce(v, a))
		FROM (SELECT * FROM video v
			WHERE video_is_federated(v)
			ORDER BY v.published_at DESC, v.id DESC
			LIMIT coalesce($3::int, 10) OFFSET ($2::int - 1) * coalesce($3::int, 10)) v)
	ELSE (SELECT json_agg(ap_create_url(v))
		FROM (SELECT v.* FROM channel c
			JOIN video v ON v.channel_id = c.id AND video_is_federated(v)
			WHERE c.account_id = p.id
			ORDER BY v.published_at DESC, v.id DESC
			LIMIT coalesce($3::int, 10) OFFSET ($2::int - 1) * coalesce($3::int, 10)) v)
	END)
FROM actor a
JOIN account p ON p.actor_id = a.id
WHERE a.name = $1 AND a.host_id IS NULL

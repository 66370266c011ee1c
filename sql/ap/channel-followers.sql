-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /video-channels/:name/followers
-- type application/activity+json; charset=utf-8
-- cache 5
-- param name handle required
-- param page int 1..10000000
-- Who follows a channel, newest first.
SELECT ap_collection(actor_url(a.kind, a.name) || '/followers',
	(SELECT count(*) FROM follow f
	 WHERE f.target_id = a.id AND f.state = 'accepted'), $2::int, NULL,
	CASE WHEN $2::int IS NOT NULL THEN (
		SELECT json_agg(actor_id(p.o))
		FROM (SELECT o
			FROM follow f
			JOIN actor o ON o.id = f.follower_id
			WHERE f.target_id = a.id AND f.state = 'accepted'
			ORDER BY f.created_at DESC, o.id DESC
			LIMIT 10 OFFSET ($2::int - 1) * 10) p) END)
FROM actor a
WHERE a.name = $1 AND a.kind = 'Group' AND a.host_id IS NULL

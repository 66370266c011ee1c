-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /videos/watch/:id/comments
-- type application/activity+json; charset=utf-8
-- cache 5
-- param id video required
-- param page int 1..10000000
-- Comments on a video by their ids, the newest first.
SELECT ap_collection(video_url(v) || '/comments', v.comments, $2::int, NULL,
	CASE WHEN $2::int IS NOT NULL THEN (
		SELECT json_agg(comment_url(n.c, v.uuid)
			ORDER BY (n.c).created_at DESC, (n.c).id DESC)
		FROM (SELECT x AS c FROM comment x
			WHERE x.video_id = v.id AND comment_is_told(x)
			ORDER BY x.created_at DESC, x.id DESC
			LIMIT 10 OFFSET ($2::int - 1) * 10) n) END)
FROM video v
WHERE v.uuid = ap_uuid($1) AND video_is_fetchable(v)

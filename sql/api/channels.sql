-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/video-channels
-- answer list VideoChannel
-- cache 5
-- plan custom
-- param start int 0..1000000 = 0
-- param count int 0..100 = 15
-- param sort choice id|-id|name|-name|updatedAt|-updatedAt|createdAt|-createdAt = -createdAt
-- All channels.
SELECT json_build_object('total', (SELECT count(*) FROM channel), 'data',
	(SELECT coalesce(json_agg((SELECT d.document FROM channel_document d
		WHERE d.id = k.id) ORDER BY k.nr), '[]')
	FROM unnest(ARRAY(SELECT c.id
	FROM channel c JOIN actor a ON a.id = c.actor_id
	ORDER BY
		CASE WHEN $3 IN ('-id', '-createdAt') THEN c.id END DESC,
		CASE WHEN $3 = '-name' THEN a.name END DESC,
		CASE WHEN $3 = '-updatedAt' THEN a.updated_at END DESC,
		CASE WHEN $3 = 'name' THEN a.name END,
		CASE WHEN $3 = 'updatedAt' THEN a.updated_at END,
		c.id
	LIMIT $2::int OFFSET $1::int))
	WITH ORDINALITY k (id, nr)))

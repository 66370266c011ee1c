-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/accounts/:handle/video-channels
-- answer list VideoChannel
-- cache 5
-- plan custom
-- param start int 0..1000000 = 0
-- param count int 0..100 = 15
-- param sort choice id|-id|name|-name|updatedAt|-updatedAt|createdAt|-createdAt = -createdAt
-- param handle handle
-- param search text 0..1000
-- The channels of an account.
SELECT json_build_object('total', (SELECT count(*) FROM channel c
		WHERE c.account_id = o.id
		AND strpos(lower(c.display_name), lower(coalesce($5, ''))) > 0),
	'data', (SELECT coalesce(json_agg((SELECT d.document
		FROM channel_document d WHERE d.id = k.id) ORDER BY k.nr), '[]')
	FROM unnest(ARRAY(SELECT c.id
	FROM channel c JOIN actor a ON a.id = c.actor_id
	WHERE c.account_id = o.id
		AND strpos(lower(c.display_name), lower(coalesce($5, ''))) > 0
	ORDER BY
		CASE WHEN $3 IN ('-id', '-createdAt') THEN c.id END DESC,
		CASE WHEN $3 = '-name' THEN a.name END DESC,
		CASE WHEN $3 = '-updatedAt' THEN a.updated_at END DESC,
		CASE WHEN $3 = 'name' THEN a.name END,
		CASE WHEN $3 = 'updatedAt' THEN a.updated_at END,
		c.id
	LIMIT $2::int OFFSET $1::int))
	WITH ORDINALITY k (id, nr)))
FROM account o JOIN actor p ON p.id = o.actor_id
WHERE p.name = $4

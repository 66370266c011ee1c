-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/search/video-channels
-- viewer optional
-- answer list VideoChannel
-- cache 5
-- plan custom
-- param start int 0..1000000 = 0
-- param count int 0..100 = 15
-- param sort choice match|-match|displayName|-displayName|createdAt|-createdAt = -match
-- param search text 0..1000
-- param handles list 0..100
-- param host text 0..300
-- Channels whose name, display name or description has the words; those whose
-- name begins with them first.
WITH found AS (
	SELECT c.id, c.display_name, a.created_at, a.name
	FROM channel c JOIN actor a ON a.id = c.actor_id
	WHERE (nullif($4::text, '') IS NULL OR a.name = split_part(lower($4), '@', 1)
			OR strpos(lower(unaccent(a.name || ' ' || c.display_name
			|| ' ' || coalesce(c.description, ''))),
			lower(unaccent($4))) > 0)
		AND ($5::text[] IS NULL OR a.name = ANY (ARRAY(SELECT
			split_part(lower(h), '@', 1) FROM unnest($5::text[]) h)))
		AND (nullif($6::text, '') IS NULL OR $6 = our_host())
), page AS (
	SELECT id, row_number() OVER () AS nr FROM (SELECT id FROM found
	ORDER BY
		CASE WHEN $3 IN ('match', '-match') THEN strpos(
			lower(display_name), lower(coalesce($4, ''))) = 1
			OR strpos(name, lower(coalesce($4, ''))) = 1 END DESC,
		CASE WHEN $3 = 'displayName' THEN display_name END,
		CASE WHEN $3 = '-displayName' THEN display_name END DESC,
		CASE WHEN $3 = 'createdAt' THEN created_at END,
		CASE WHEN $3 = '-createdAt' THEN created_at END DESC, id
	LIMIT $2::int OFFSET $1::int) sorted
)
SELECT json_build_object('total', (SELECT count(*) FROM found), 'data',
	(SELECT coalesce(json_agg((SELECT d.document FROM channel_document d
		WHERE d.id = p.id) ORDER BY p.nr), '[]') FROM page p))

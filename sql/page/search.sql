-- SPDX-License-Identifier: AGPL-3.0-or-later
-- plan custom
-- param viewer viewer
-- param search text 0..200
-- param start int 0..1000 = 0
-- param categoryOneOf int 0..100000
-- param licenceOneOf int 0..100000
-- param languageOneOf text 0..20
-- param nsfw choice false|both
-- param tagsOneOf list 0..10
-- Videos by the words of title, tags, channel and description, then by titles
-- that are spelt alike; channels by name. At most the 1,000 newest of those
-- with the words are put in order.
WITH policy AS MATERIALIZED (
	SELECT policy, coalesce($7 = 'both', policy <> 'do_not_list') AS nsfw
	FROM nsfw_policy($1::bigint) AS policy
), muted AS MATERIALIZED (
	SELECT * FROM muted($1::bigint)
), asked AS MATERIALIZED (
	SELECT trim(coalesce($2, '')) AS text,
		websearch_to_tsquery('simple', unaccent(coalesce($2, '')))
			AS words
), matching AS MATERIALIZED (
	SELECT v.id, v.published_at, ts_rank(v.search, a.words) +
		word_similarity(lower(a.text), lower(v.name)) AS rank
	FROM asked a CROSS JOIN LATERAL (
		SELECT f.* FROM video_filtered($4::int, $5::int,
			nullif($6::text, ''), (SELECT nsfw FROM policy),
			$8::text[], (SELECT channels FROM muted),
			(SELECT hosts FROM muted)) f
		WHERE f.search @@ a.words
			OR (a.text = '' AND $8 IS NOT NULL)
		ORDER BY f.published_at DESC LIMIT 1000) v
), alike AS MATERIALIZED (
	SELECT v.id, v.published_at,
		word_similarity(lower(a.text), lower(v.name)) - 1 AS rank
	FROM asked a CROSS JOIN LATERAL (
		SELECT f.* FROM video_filtered($4::int, $5::int,
			nullif($6::text, ''), (SELECT nsfw FROM policy),
			$8::text[], (SELECT channels FROM muted),
			(SELECT hosts FROM muted)) f
		JOIN video_alike(a.text) like_it ON like_it = f.id
		WHERE (SELECT count(*) FROM matching) < 24) v
	WHERE v.id NOT IN (SELECT id FROM matching)
), found AS MATERIALIZED (
	SELECT id, row_number() OVER (ORDER BY rank DESC, published_at DESC,
		id DESC) AS nr, count(*) OVER () AS total
	FROM (TABLE matching UNION ALL TABLE alike) m
)
SELECT json_build_object(
	'search', a.text,
	'isAsked', a.text <> '' OR $8 IS NOT NULL,
	'tags', coalesce(to_json($8::text[]), '[]'),
	'blur', (SELECT policy IN ('warn', 'blur') FROM policy),
	'hasFilters', coalesce($4::text, $5::text, nullif($6::text, ''),
		nullif($7::text, 'false')) IS NOT NULL,
	'isNsfwShown', coalesce($7 = 'both', false),
	'total', coalesce((SELECT max(total) FROM found), 0),
	'isBound', coalesce((SELECT max(total) FROM found), 0) >= 1000,
	'categories', page_choices('category', $4::text),
	'licences', page_choices('licence', $5::text),
	'languages', page_choices('language', $6::text),
	'filters', (SELECT json_agg(f) FROM (
		SELECT json_array_elements(page_filters('search', a.text,
			'categoryOneOf', $4::text, 'licenceOneOf', $5::text,
			'languageOneOf', $6::text, 'nsfw', $7::text)) AS f
		UNION ALL SELECT json_build_object('name', 'tagsOneOf',
			'value', tag) FROM unnest($8::text[]) tag) p),
	'pager', page_pager($3::int, 24,
		coalesce((SELECT max(total) FROM found), 0)),
	'channels', coalesce((SELECT json_agg(json_build_object(
			'name', n.name, 'displayName', c.display_name,
			'avatarPath', '/lazy-static/avatars/' || i.filename,
			'followersCount', n.followers)
			ORDER BY c.id)
		FROM (SELECT c.* FROM channel c JOIN actor n
				ON n.id = c.actor_id
			WHERE a.text <> '' AND $3::int = 0
				AND c.id <> ALL ((SELECT channels
					FROM muted)::bigint[])
				AND coalesce(n.host_id, 0) <> ALL ((SELECT hosts
					FROM muted)::bigint[]) AND (
				position(lower(a.text) IN n.name) > 0
				OR position(lower(unaccent(a.text)) IN
					lower(unaccent(c.display_name))) > 0)
			ORDER BY c.id LIMIT 6) c
		JOIN actor n ON n.id = c.actor_id
		LEFT JOIN actor_image i ON i.actor_id = n.id
			AND i.kind = 'avatar' AND i.width = 120), '[]'),
	'videos', coalesce((SELECT json_agg(card ORDER BY f.nr)
		FROM found f JOIN video_card USING (id)
		WHERE f.nr BETWEEN $3::int + 1 AND $3::int + 24), '[]'))
FROM asked a

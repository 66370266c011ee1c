-- SPDX-License-Identifier: AGPL-3.0-or-later
-- plan custom
-- param viewer viewer
-- param start int 0..10000 = 0
-- param sort choice -publishedAt|publishedAt|-trending|-hot|-views|-likes|name|duration|-duration = -publishedAt
-- param categoryOneOf int 0..100000
-- param licenceOneOf int 0..100000
-- param languageOneOf text 0..20
-- param nsfw choice false|both
-- param tagsOneOf text 0..100
-- param scope choice local|federated
-- All public videos, in an order and through filters. `scope`: `local` leaves
-- out those of other servers.
WITH policy AS MATERIALIZED (
	SELECT policy, coalesce($7 = 'both', policy <> 'do_not_list') AS nsfw
	FROM nsfw_policy($1::bigint) AS policy
), muted AS MATERIALIZED (
	SELECT * FROM muted($1::bigint)
), listed AS MATERIALIZED (
	SELECT id, row_number() OVER () AS nr FROM (
		SELECT id FROM video_filtered($4::int, $5::int,
			nullif($6::text, ''), (SELECT nsfw FROM policy),
			CASE WHEN $8 <> '' THEN ARRAY[$8::text] END,
			(SELECT channels FROM muted),
			(SELECT hosts FROM muted),
			CASE $9 WHEN 'local' THEN true END)
		ORDER BY
			CASE $3 WHEN '-publishedAt' THEN published_at END DESC,
			CASE $3 WHEN 'publishedAt' THEN published_at END,
			CASE $3 WHEN '-trending' THEN trending END DESC,
			CASE $3 WHEN '-hot' THEN hot END DESC,
			CASE $3 WHEN '-views' THEN views END DESC,
			CASE $3 WHEN '-likes' THEN likes END DESC,
			CASE $3 WHEN 'name' THEN name END,
			CASE $3 WHEN 'duration' THEN duration END,
			CASE $3 WHEN '-duration' THEN duration END DESC,
			id DESC
		LIMIT 24 OFFSET $2::int) l
), bound AS MATERIALIZED (
	SELECT count(*) AS total FROM (
		SELECT FROM video_filtered($4::int, $5::int,
			nullif($6::text, ''), (SELECT nsfw FROM policy),
			CASE WHEN $8 <> '' THEN ARRAY[$8::text] END,
			(SELECT channels FROM muted),
			(SELECT hosts FROM muted),
			CASE $9 WHEN 'local' THEN true END)
		LIMIT $2::int + 1001) l
)
SELECT json_build_object(
	'blur', (SELECT policy IN ('warn', 'blur') FROM policy),
	'total', (SELECT total FROM bound),
	'isBound', (SELECT total > $2::int + 1000 FROM bound),
	'hasFilters', coalesce($4::text, $5::text, nullif($6::text, ''),
		nullif($8::text, ''), nullif($7::text, 'false'),
		nullif($9::text, 'federated'))
		IS NOT NULL,
	'tag', coalesce($8::text, ''),
	'isNsfwShown', coalesce($7 = 'both', false),
	'isLocal', coalesce($9 = 'local', false),
	'sort', json_build_object(
		'isNewest', $3 = '-publishedAt',
		'isTrending', $3 = '-trending',
		'isHot', $3 = '-hot',
		'isMostViewed', $3 = '-views',
		'isMostLiked', $3 = '-likes',
		'isName', $3 = 'name',
		'isShortest', $3 = 'duration',
		'isLongest', $3 = '-duration',
		'isOldest', $3 = 'publishedAt'),
	'categories', page_choices('category', $4::text),
	'licences', page_choices('licence', $5::text),
	'languages', page_choices('language', $6::text),
	'filters', page_filters('sort', nullif($3, '-publishedAt'),
		'categoryOneOf', $4::text, 'licenceOneOf', $5::text,
		'languageOneOf', $6::text, 'nsfw', $7::text,
		'tagsOneOf', $8::text, 'scope', $9::text),
	'pager', page_pager($2::int, 24, (SELECT total FROM bound)),
	'videos', coalesce((SELECT json_agg(card ORDER BY nr)
		FROM listed JOIN video_card USING (id)), '[]'))

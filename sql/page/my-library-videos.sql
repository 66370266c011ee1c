-- SPDX-License-Identifier: AGPL-3.0-or-later
-- plan custom
-- param viewer viewer
-- param search text 0..200
-- param channel text 0..50
-- param privacy text 0..3
-- param state choice all|published|working|failed = all
-- param stop bool
-- param start int 0..1000000 = 0
-- One's own videos, newest first.
WITH mine AS MATERIALIZED (
	SELECT v.id, v.created_at, v.state, v.name, v.tags, v.privacy,
		a.name AS channel
	FROM account o
	JOIN channel c ON c.account_id = o.id
	JOIN actor a ON a.id = c.actor_id
	JOIN video v ON v.channel_id = c.id
	WHERE o.user_id = $1::bigint
), found AS MATERIALIZED (
	SELECT id, created_at FROM mine
	WHERE (coalesce($2, '') = '' OR position(lower($2) IN
			lower(name || ' ' || array_to_string(tags, ' '))) > 0)
		AND (coalesce($3, '') = '' OR channel = $3)
		AND (coalesce($4, '') = '' OR privacy = number_or_null($4))
		AND CASE $5 WHEN 'published' THEN state = 1
			WHEN 'working' THEN state NOT IN (1, 7)
			WHEN 'failed' THEN state = 7 ELSE true END
), shown AS (
	SELECT id, created_at FROM found
	ORDER BY created_at DESC, id DESC LIMIT 20 OFFSET $7::int
)
SELECT jsonb_build_object(
	'total', (SELECT count(*) FROM found),
	'hasVideos', EXISTS (SELECT FROM mine),
	'isFiltered', coalesce($2, '') <> '' OR coalesce($3, '') <> ''
		OR coalesce($4, '') <> '' OR $5 <> 'all',
	'isRefreshing', NOT coalesce($6::boolean, false) AND (EXISTS (
		SELECT FROM mine WHERE state NOT IN (1, 7)) OR EXISTS (
		SELECT FROM mine m JOIN job j ON j.payload ? 'videoId'
			AND j.payload ->> 'videoId' = m.id::text
		WHERE j.queue = 1 AND j.state <> 4)),
	'quota', quota_page($1::bigint),
	'videos', coalesce((SELECT jsonb_agg(maker_video(v)
		ORDER BY s.created_at DESC, s.id DESC)
		FROM shown s JOIN video v ON v.id = s.id), '[]'),
	'channels', (SELECT coalesce(jsonb_agg(jsonb_build_object(
		'name', n, 'isSelected', n = coalesce($3, '')) ORDER BY n), '[]')
		FROM (SELECT DISTINCT channel AS n FROM mine) c),
	'privacies', (SELECT jsonb_agg(jsonb_build_object('id', id,
		'label', label,
		'isSelected', id::text = coalesce($4, '')) ORDER BY id)
		FROM privacy),
	'states', jsonb_build_object('isPublished', $5 = 'published',
		'isWorking', $5 = 'working', 'isFailed', $5 = 'failed'),
	'pager', page_pager($7::int, 20, (SELECT count(*) FROM found)),
	'filters', page_filters('search', $2, 'channel', $3, 'privacy', $4,
		'state', nullif($5, 'all'),
		'stop', CASE WHEN $6::boolean THEN 'true' END))

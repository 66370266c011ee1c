-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param handle handle required
-- param viewer viewer
-- param start int 0..10000 = 0
-- A channel and its public videos, newest first.
WITH muted AS MATERIALIZED (
	SELECT * FROM muted($2::bigint)
), listed AS MATERIALIZED (
	SELECT v.id FROM video v
	WHERE v.channel_id = (SELECT c.id FROM channel c
			JOIN actor a ON a.id = c.actor_id WHERE a.name = $1)
		AND v.is_published AND v.privacy = 1
		AND (NOT v.nsfw OR nsfw_policy($2::bigint) <> 'do_not_list')
		AND v.channel_id <> ALL ((SELECT channels FROM muted)::bigint[])
		AND coalesce(v.host_id, 0)
			<> ALL ((SELECT hosts FROM muted)::bigint[])
	ORDER BY v.published_at DESC, v.id DESC LIMIT 10000
)
SELECT json_build_object(
	'blur', nsfw_policy($2::bigint) IN ('warn', 'blur'),
	'channel', actor_home(a) || jsonb_build_object(
		'name', a.name,
		'displayName', c.display_name,
		'description', c.description,
		'descriptionIsHtml', c.description_is_html,
		'support', c.support,
		'createdAt', iso(a.created_at),
		'avatarPath', '/lazy-static/avatars/' || i.filename,
		'bannerPath', '/lazy-static/banners/' || b.filename,
		'isFollowed', is_followed(a.id, $2::bigint),
		'backfill', CASE WHEN is_followed(a.id, $2::bigint)
			THEN (SELECT d FROM crawl_document(a.id) d
				WHERE d ->> 'state' <> 'done') END,
		'followersCount', a.followers,
		'videosCount', (SELECT count(*) FROM listed),
		'isMine', coalesce(o.user_id = $2::bigint, false)),
	'account', json_build_object(
		'name', oa.name, 'displayName', o.display_name),
	'filters', '[]'::json,
	'pager', page_pager($3::int, 24, (SELECT count(*) FROM listed)),
	'videos', coalesce((SELECT json_agg(card
			ORDER BY k.published_at DESC, k.id DESC)
		FROM video_card k JOIN (SELECT id FROM listed
			LIMIT 24 OFFSET $3::int) l USING (id)), '[]'))
FROM channel c
JOIN actor a ON a.id = c.actor_id
JOIN account o ON o.id = c.account_id
JOIN actor oa ON oa.id = o.actor_id
LEFT JOIN actor_image i ON i.actor_id = a.id AND i.kind = 'avatar'
	AND i.width = 120
LEFT JOIN LATERAL (SELECT filename FROM actor_image
	WHERE actor_id = a.id AND kind = 'banner'
	ORDER BY width DESC LIMIT 1) b ON true
WHERE a.name = $1

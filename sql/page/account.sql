-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param handle handle required
-- param viewer viewer
-- param start int 0..10000 = 0
-- An account, its channels, and the public videos of all of them.
WITH muted AS MATERIALIZED (
	SELECT * FROM muted($2::bigint)
), channels AS MATERIALIZED (
	SELECT c.*, ca.name FROM actor a
	JOIN account o ON o.actor_id = a.id
	JOIN channel c ON c.account_id = o.id
	JOIN actor ca ON ca.id = c.actor_id
	WHERE a.name = $1
), listed AS MATERIALIZED (
	SELECT v.id FROM video v
	WHERE v.channel_id IN (SELECT id FROM channels)
		AND v.is_published AND v.privacy = 1
		AND (NOT v.nsfw OR nsfw_policy($2::bigint) <> 'do_not_list')
		AND v.channel_id <> ALL ((SELECT channels FROM muted)::bigint[])
		AND coalesce(v.host_id, 0)
			<> ALL ((SELECT hosts FROM muted)::bigint[])
	ORDER BY v.published_at DESC, v.id DESC LIMIT 10000
)
SELECT json_build_object(
	'blur', nsfw_policy($2::bigint) IN ('warn', 'blur'),
	'account', actor_home(a) || jsonb_build_object(
		'name', a.name,
		'displayName', o.display_name,
		'description', o.description,
		'descriptionIsHtml', o.description_is_html,
		'createdAt', iso(a.created_at),
		'avatarPath', '/lazy-static/avatars/' || i.filename,
		'isMine', coalesce(o.user_id = $2::bigint, false)),
	'channels', coalesce((SELECT json_agg(json_build_object(
			'name', c.name,
			'displayName', c.display_name,
			'avatarPath', '/lazy-static/avatars/' || ci.filename,
			'followersCount', (SELECT count(*) FROM follow
				WHERE target_id = c.actor_id
					AND state = 'accepted'),
			'videosCount', (SELECT count(*) FROM video v
				WHERE v.channel_id = c.id AND v.is_published
					AND v.privacy = 1)) ORDER BY c.id)
		FROM channels c LEFT JOIN actor_image ci
			ON ci.actor_id = c.actor_id AND ci.kind = 'avatar'
			AND ci.width = 120), '[]'),
	'filters', '[]'::json,
	'pager', page_pager($3::int, 24, (SELECT count(*) FROM listed)),
	'videos', coalesce((SELECT json_agg(card
			ORDER BY k.published_at DESC, k.id DESC)
		FROM video_card k JOIN (SELECT id FROM listed
			LIMIT 24 OFFSET $3::int) l USING (id)), '[]'))
FROM account o
JOIN actor a ON a.id = o.actor_id
LEFT JOIN actor_image i ON i.actor_id = a.id AND i.kind = 'avatar'
	AND i.width = 120
WHERE a.name = $1 AND o.actor_kind = 'Person'

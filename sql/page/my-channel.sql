-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param name text 1..200
-- param viewer viewer
-- A channel for who may change it; no row for all others.
SELECT json_build_object(
	'channel', json_build_object(
		'name', a.name,
		'displayName', c.display_name,
		'videos', (SELECT count(*) FROM video v
			WHERE v.channel_id = c.id),
		'isLast', (SELECT count(*) FROM channel o
			WHERE o.account_id = c.account_id) = 1,
		'avatarPath', (SELECT '/lazy-static/avatars/' || i.filename
			FROM actor_image i WHERE i.actor_id = a.id
			AND i.kind = 'avatar' ORDER BY abs(i.width - 120) LIMIT 1),
		'bannerPath', (SELECT '/lazy-static/banners/' || i.filename
			FROM actor_image i WHERE i.actor_id = a.id
			AND i.kind = 'banner' ORDER BY i.width LIMIT 1)),
	'form', json_build_object(
		'displayName', c.display_name,
		'description', coalesce(c.description, ''),
		'support', coalesce(c.support, ''),
		'unshared', NOT c.is_shared),
	'errors', false)
FROM actor a
JOIN channel c ON c.actor_id = a.id
JOIN account o ON o.id = c.account_id
WHERE a.name = lower($1) AND may_act_for($2::bigint, o.user_id)

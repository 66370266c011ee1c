-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param viewer viewer
-- The viewer's channels, oldest first.
SELECT json_build_object(
	'mayCreate', count(c.id) < coalesce(
		setting('user.channels_max')::int, 20),
	'channels', coalesce(json_agg(json_build_object(
		'name', a.name,
		'displayName', c.display_name,
		'videos', (SELECT count(*) FROM video v
			WHERE v.channel_id = c.id),
		'followers', (SELECT count(*) FROM follow f
			WHERE f.target_id = a.id AND f.state = 'accepted'),
		'avatarPath', (SELECT '/lazy-static/avatars/' || i.filename
			FROM actor_image i WHERE i.actor_id = a.id
			AND i.kind = 'avatar' ORDER BY abs(i.width - 120) LIMIT 1))
		ORDER BY c.id), '[]'))
FROM account o
JOIN channel c ON c.account_id = o.id
JOIN actor a ON a.id = c.actor_id
WHERE o.user_id = $1::bigint

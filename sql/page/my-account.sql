-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param viewer viewer
-- The form of the viewer's profile.
SELECT json_build_object(
	'form', json_build_object(
		'displayName', display_name,
		'description', coalesce(description, '')),
	'avatarPath', (SELECT '/lazy-static/avatars/' || i.filename
		FROM actor_image i WHERE i.actor_id = account.actor_id
		AND i.kind = 'avatar' ORDER BY abs(i.width - 120) LIMIT 1),
	'errors', false)
FROM account WHERE user_id = $1::bigint

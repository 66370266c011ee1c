-- SPDX-License-Identifier: AGPL-3.0-or-later
SELECT a.name, u.email, u.role, u.is_blocked, iso(u.created_at),
	iso(u.last_login_at)
FROM app_user u
JOIN account ON account.user_id = u.id
JOIN actor a ON a.id = account.actor_id
ORDER BY a.name

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role page api
-- param name text 1..1600
-- The user of this name or e-mail address (lower case) who may sign in with
-- the right password.
SELECT u.id, u.password_hash, u.is_blocked, u.blocked_reason,
	wants_verified_email() AND u.is_email_verified = false
FROM app_user u
JOIN account ON account.user_id = u.id
JOIN actor a ON a.id = account.actor_id
WHERE a.name = $1 OR lower(u.email) = $1
ORDER BY a.name = $1 DESC LIMIT 1

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role page upload
-- param secret_hash text 1..100
-- The living session of this secret; the last column: its last visit was
-- told over ten minutes ago.
SELECT u.id, a.name, u.role, s.id,
	s.last_seen_at < now() - interval '10 minutes'
FROM session s
JOIN app_user u ON u.id = s.user_id
JOIN account ON account.user_id = u.id
JOIN actor a ON a.id = account.actor_id
WHERE s.secret_hash = $1::bytea AND s.expires_at > now() AND NOT u.is_blocked

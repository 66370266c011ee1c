-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param access_hash text 1..100
-- The living token of this hash; the last columns: whether its last use was told
-- over ten minutes ago, and what it is for.
SELECT u.id, a.name, u.role, t.id,
	coalesce(t.last_seen_at, t.created_at) < now() - interval '10 minutes',
	t.scopes
FROM token t
JOIN app_user u ON u.id = t.user_id
JOIN account ON account.user_id = u.id
JOIN actor a ON a.id = account.actor_id
WHERE t.access_hash = $1::bytea AND t.access_expires_at > now()
	AND NOT u.is_blocked

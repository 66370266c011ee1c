-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role upload
-- param viewer viewer
-- param channel text 1..50
-- The actor whose picture the viewer changes: the channel of that name, or
-- one's own account.
SELECT ch.actor_id FROM channel ch
JOIN actor a ON a.id = ch.actor_id
WHERE a.name = lower($2) AND channel_may_edit(ch.id, $1::bigint)
UNION ALL
SELECT actor_id FROM account WHERE user_id = $1::bigint AND $2 IS NULL

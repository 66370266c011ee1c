-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param viewer viewer
-- param name text 1..200
-- param display_name text 1..480
-- param description text 0..4000
-- param support text 0..4000
-- param public_key text 1..10000
-- param private_key text 1..10000
-- param is_shared bool required
-- A channel of the viewer's account; no row when there are enough of them.
WITH owner AS (
	SELECT id FROM account
	WHERE user_id = $1::bigint AND (SELECT count(*) FROM channel c
			WHERE c.account_id = account.id)
		< coalesce(setting('user.channels_max')::int, 20)
), new_actor AS (
	INSERT INTO actor (kind, name, public_key)
	SELECT 'Group', $2, $6 FROM owner RETURNING id
), new_key AS (
	INSERT INTO actor_key (actor_id, private_key)
	SELECT id, $7 FROM new_actor
)
INSERT INTO channel (actor_id, account_id, display_name, description, support,
	is_shared)
SELECT new_actor.id, owner.id, $3, $4, $5, $8::boolean FROM new_actor, owner
RETURNING id

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param name text 1..200
-- param display_name text 1..480
-- param description text 0..4000
-- param support text 0..4000
-- param is_shared bool required
WITH changed AS (
	UPDATE channel c SET display_name = $2, description = $3, support = $4,
		is_shared = $5::boolean
	FROM actor a WHERE a.id = c.actor_id AND a.name = $1
	RETURNING c.actor_id
)
UPDATE actor SET updated_at = now() FROM changed
WHERE actor.id = changed.actor_id

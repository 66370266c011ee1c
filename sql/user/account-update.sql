-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param viewer viewer
-- param display_name text 1..480
-- param description text 0..4000
WITH changed AS (
	UPDATE account SET display_name = $2, description = $3
	WHERE user_id = $1::bigint RETURNING actor_id
)
UPDATE actor SET updated_at = now() FROM changed
WHERE actor.id = changed.actor_id

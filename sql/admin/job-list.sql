-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param state choice ready|running|scheduled|blocked|dead
-- The queue as it stands, newest last; $1 NULL: all states.
SELECT * FROM (
	SELECT id, queue, (ARRAY['ready', 'running', 'scheduled', 'blocked',
			'dead'])[state + 1] AS state, attempt, max_attempt,
		progress, iso(created_at), payload::text, error
	FROM job
	WHERE $1::text IS NULL OR state = array_position(ARRAY['ready', 'running',
		'scheduled', 'blocked', 'dead'], $1) - 1
	ORDER BY id DESC LIMIT 1000
) newest
ORDER BY id

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/users/autocomplete
-- cache 5
-- answer array Name
-- plan custom
-- param search text 0..50
-- Names of users of this instance that hold the text.
SELECT coalesce(json_agg(name), '[]') FROM (
	SELECT a.name FROM actor a
	JOIN account c ON c.actor_id = a.id
	WHERE a.kind = 'Person' AND c.user_id IS NOT NULL
		AND a.name LIKE coalesce(anywhere(lower($1)), '%')
	ORDER BY a.name LIMIT 10) found

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role upload
-- param viewer viewer
-- param id text 1..100
-- Why no piece of an upload may come (NULL: it may), how many bytes there
-- are, how many there will be.
SELECT CASE WHEN s.id IS NULL THEN 'unknown'
		WHEN s.user_id <> $1::bigint THEN 'foreign'
		WHEN s.answer IS NULL
			AND s.touched_at < now() - interval '24 hours'
			THEN 'expired' END,
	s.received, s.size
FROM (SELECT $2 AS id) wanted LEFT JOIN upload_session s USING (id)

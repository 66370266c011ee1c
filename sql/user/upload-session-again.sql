-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role upload
-- param id text 64..64
-- param viewer viewer
-- param form text 2..1000000
-- Goes on with an upload that was begun before, if there is such a one: its
-- bytes and its expiry. What is complete or expired is forgotten.
WITH old AS (
	DELETE FROM upload_session WHERE id = $1 AND user_id = $2::bigint
		AND (answer IS NOT NULL
			OR touched_at < now() - interval '24 hours')
)
UPDATE upload_session SET form = $3::jsonb, touched_at = now()
WHERE id = $1 AND user_id = $2::bigint AND answer IS NULL
	AND touched_at >= now() - interval '24 hours'
RETURNING received, to_char((touched_at + interval '24 hours')
	AT TIME ZONE 'UTC', 'Dy, DD Mon YYYY HH24:MI:SS "GMT"')

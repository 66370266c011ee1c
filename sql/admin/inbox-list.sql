-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What waits, is put off, or is kept since it could not be used; newest first.
SELECT i.id, iso(i.created_at), i.host,
	CASE i.state WHEN 0 THEN 'ready' WHEN 1 THEN 'running'
		WHEN 2 THEN 'later ' || iso(i.run_at) ELSE 'kept' END,
	coalesce(ap_type(ltrim(i.body, chr(65279))::jsonb), '-'),
	coalesce(i.note, '-')
FROM inbox i ORDER BY i.id DESC LIMIT 100

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role page upload
-- The frame of every page: what the site calls itself.
SELECT json_build_object(
	'name', coalesce(setting('instance.name'), 'Cardume'),
	'shortDescription', coalesce(setting('instance.short_description'), ''),
	'isFederating', is_federating(),
	'language', coalesce(setting('instance.language'), 'en'),
	'broadcast', CASE WHEN setting('broadcast.enabled') = 'true'
		AND setting('broadcast.message') <> ''
		THEN json_build_object('message', setting('broadcast.message'),
			'level',
			replace(setting('broadcast.level'), 'warning', 'warn'))
		ELSE 'false'::json END)

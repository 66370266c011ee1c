-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param viewer viewer
-- The form of the viewer's profile.
SELECT json_build_object(
	'form', json_build_object(
		'displayName', display_name,
		'description', coalesce(description, '')),
	'errors', false)
FROM account WHERE user_id = $1::bigint

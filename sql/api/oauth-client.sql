-- SPDX-License-Identifier: AGPL-3.0-or-later
-- The one client every application uses.
SELECT json_build_object('client_id', client_id,
	'client_secret', client_secret)
FROM oauth_client LIMIT 1

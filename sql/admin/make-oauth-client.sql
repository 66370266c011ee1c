-- SPDX-License-Identifier: AGPL-3.0-or-later
-- The one OAuth client all applications share, as PeerTube has it: not a
-- secret, GET /api/v1/oauth-clients/local shows it.
INSERT INTO oauth_client (client_id, client_secret)
SELECT replace(gen_random_uuid()::text, '-', ''),
	replace(gen_random_uuid()::text, '-', '')
WHERE NOT EXISTS (SELECT FROM oauth_client)

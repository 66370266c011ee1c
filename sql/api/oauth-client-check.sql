-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param client_id text 0..100
-- param client_secret text 0..100
SELECT 1 FROM oauth_client WHERE client_id = $1 AND client_secret = $2

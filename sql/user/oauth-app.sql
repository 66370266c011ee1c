-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param client_id text 1..100
-- param redirect_uri text 1..1000
-- The application, and whether it may be answered there.
SELECT id, name, redirects_to(redirect_uris, $2) FROM oauth_app
WHERE client_id = $1

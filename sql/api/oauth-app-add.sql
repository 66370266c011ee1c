-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param client_id text 32..32
-- param name chars 1..60
-- param uris text 1..10000
SELECT oauth_app_add_write($1, $2, $3::jsonb)

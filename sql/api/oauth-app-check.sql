-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param client_id text 1..100
-- Is there such an application?
SELECT true FROM oauth_app WHERE client_id = $1

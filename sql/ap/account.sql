-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /accounts/:name
-- GET /accounts/:name/video-channels
-- GET /account/:name
-- GET /account/:name/video-channels
-- GET /a/:name
-- GET /a/:name/video-channels
-- type application/activity+json; charset=utf-8
-- cache 5
-- param name handle required
-- A Person, or the server itself (Application).
SELECT ap_document(ap_context_actor(), members)
FROM ap_actor
WHERE name = $1 AND kind <> 'Group'

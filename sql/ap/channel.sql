-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /video-channels/:name
-- GET /video-channels/:name/videos
-- GET /c/:name
-- GET /c/:name/videos
-- type application/activity+json; charset=utf-8
-- cache 5
-- param name handle required
-- A channel (Group).
SELECT ap_actor_document($1, true)

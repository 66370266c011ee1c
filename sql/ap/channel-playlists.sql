-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /video-channels/:name/playlists
-- type application/activity+json; charset=utf-8
-- cache 60
-- param name handle required
-- param page int 1..10000000
-- Playlists of a channel: an instance has none so far.
SELECT ap_collection(actor_url(a.kind, a.name) || '/playlists', 0, $2::int, NULL,
	NULL)
FROM actor a
WHERE a.name = $1 AND a.host_id IS NULL AND a.kind = 'Group'

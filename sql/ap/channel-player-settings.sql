-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /video-channels/:name/player-settings
-- type application/activity+json; charset=utf-8
-- cache 60
-- param name handle required
-- How a player of PeerTube 8 shows a channel's videos.
SELECT ap_player_settings(actor_url(a.kind, a.name), 'instance-default')
FROM actor a
WHERE a.name = $1 AND a.kind = 'Group'

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /videos/watch/:id/player-settings
-- type application/activity+json; charset=utf-8
-- cache 60
-- param id video required
-- How a player of PeerTube 8 shows a video.
SELECT ap_player_settings(video_url(v), 'channel-default')
FROM video v
WHERE v.uuid = ap_uuid($1) AND video_is_fetchable(v)

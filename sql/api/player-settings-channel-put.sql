-- SPDX-License-Identifier: AGPL-3.0-or-later
-- PUT /api/v1/player-settings/video-channels/:handle
-- viewer user
-- answer PlayerSettings
-- param handle handle required
-- param viewer viewer
-- field theme choice instance-default|galaxy|lucide required
-- Say how the players of a channel's videos look.
SELECT player_of_channel_update($1, $2::bigint, $3)

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- PUT /api/v1/player-settings/videos/:id
-- viewer user
-- answer PlayerSettings
-- param id video required
-- param viewer viewer
-- field theme choice channel-default|instance-default|galaxy|lucide required
-- Say how a video's player looks.
SELECT player_of_video_update($1, $2::bigint, $3)

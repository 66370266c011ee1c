-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/player-settings/video-channels/:handle
-- viewer optional
-- answer PlayerSettings
-- param handle handle required
-- param viewer viewer
-- param raw bool
-- How the players of a channel's videos look.
SELECT player_of_channel($1, $2::bigint, $3)

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/player-settings/videos/:id
-- viewer optional
-- answer PlayerSettings
-- param id video required
-- param viewer viewer
-- param raw bool
-- How a video's player looks; raw: what was chosen, for who may change it.
SELECT player_of_video($1, $2::bigint, $3)

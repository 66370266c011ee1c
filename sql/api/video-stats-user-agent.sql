-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/videos/:id/stats/user-agent
-- viewer user
-- answer VideoStatsUserAgent
-- param id video required
-- param viewer viewer
-- param startDate date
-- param endDate date
-- What a video is watched with, for its owner.
SELECT stats_agents($1, $2::bigint, $3::timestamptz, $4::timestamptz)

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/videos/:id/stats/retention
-- viewer user
-- answer VideoStatsRetention
-- param id video required
-- param viewer viewer
-- Which parts of a video are watched, for its owner.
SELECT stats_retention($1, $2::bigint)

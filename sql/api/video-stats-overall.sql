-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/videos/:id/stats/overall
-- viewer user
-- answer VideoStatsOverall
-- param id video required
-- param viewer viewer
-- param startDate date
-- param endDate date
-- How much a video is watched, for its owner.
SELECT stats_overall($1, $2::bigint, $3::timestamptz, $4::timestamptz)

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param id video required
-- param viewer viewer
-- param days int 1..365 = 30
-- How a video was watched, by day, for its maker and moderators.
SELECT stats_page($1, $2::bigint, $3::int) AS page

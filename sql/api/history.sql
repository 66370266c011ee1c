-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/users/me/history/videos
-- viewer user
-- answer list Video
-- param start int 0..1000000 = 0
-- param count int 0..100 = 15
-- param search text 0..1000
-- param viewer viewer
-- The videos the signed-in user watched, the last first.
SELECT history_list($4::bigint, $1::int, $2::int, nullif($3, ''))

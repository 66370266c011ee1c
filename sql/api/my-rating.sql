-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/users/me/videos/:id/rating
-- viewer user
-- answer VideoRating
-- param id video required
-- param viewer viewer
-- How the signed-in user rated a video.
SELECT rate_of($1, $2::bigint)

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- PUT /api/v1/videos/:id/rate
-- viewer user
-- status 204
-- param id video required
-- param viewer viewer
-- param password password
-- field rating choice like|dislike|none required
-- Like or dislike a video, or neither.
SELECT rate_set($1, $2::bigint, $3, $4)

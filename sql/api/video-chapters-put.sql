-- SPDX-License-Identifier: AGPL-3.0-or-later
-- PUT /api/v1/videos/:id/chapters
-- viewer user
-- status 204
-- param id video required
-- param viewer viewer
-- field chapters json required
-- Replace the chapters of a video.
SELECT chapters_write($1, $2::bigint, $3::jsonb)

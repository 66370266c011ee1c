-- SPDX-License-Identifier: AGPL-3.0-or-later
-- PUT /api/v1/videos/:id/passwords
-- viewer user
-- status 204
-- param id video required
-- param viewer viewer
-- field passwords list 1..20 required
-- Replace the passwords of a video.
SELECT passwords_replace($1, $2::bigint, $3::text[])

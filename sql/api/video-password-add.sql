-- SPDX-License-Identifier: AGPL-3.0-or-later
-- POST /api/v1/videos/:id/passwords
-- viewer user
-- status 204
-- param id video required
-- param viewer viewer
-- field password chars 2..100 required
-- Add a password to a video.
SELECT password_add($1, $2::bigint, $3)

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- DELETE /api/v1/videos/:id/source/file
-- viewer user
-- status 204
-- wake remove
-- param id video required
-- param viewer viewer
-- Delete the uploaded file that is kept besides the renditions.
SELECT source_delete_write($1, $2::bigint)

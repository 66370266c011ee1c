-- SPDX-License-Identifier: AGPL-3.0-or-later
-- DELETE /api/v1/videos/:id/hls
-- viewer admin
-- status 204
-- wake remove tracker
-- param id video required
-- Delete all hls files of a video, where others remain.
SELECT renditions_delete_write($1, true, NULL)

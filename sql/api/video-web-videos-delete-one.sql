-- SPDX-License-Identifier: AGPL-3.0-or-later
-- DELETE /api/v1/videos/:id/web-videos/:videoFileId
-- viewer admin
-- status 204
-- wake remove tracker
-- param id video required
-- param videoFileId int 1..9000000000000000 required
-- Delete one of the web-videos files of a video.
SELECT renditions_delete_write($1, false, $2::bigint)

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- DELETE /api/v1/videos/:id/hls/:videoFileId
-- viewer admin
-- status 204
-- wake remove tracker
-- param id video required
-- param videoFileId int 1..9000000000000000 required
-- Delete one of the hls files of a video.
SELECT renditions_delete_write($1, true, $2::bigint)

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- POST /api/v1/videos/:id/studio/edit
-- viewer user
-- status 204
-- param id video required
-- param viewer viewer
-- Cut or stamp a video. Off: there is no studio here.
SELECT refuse('400', 'Video studio is disabled on this instance')
WHERE video_edited($1, $2::bigint) IS NOT NULL

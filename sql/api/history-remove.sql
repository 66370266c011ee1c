-- SPDX-License-Identifier: AGPL-3.0-or-later
-- DELETE /api/v1/users/me/history/videos/:id
-- viewer user
-- status 204
-- param id video required
-- param viewer viewer
-- Forget that one watched a video.
SELECT history_remove($2::bigint, $1)

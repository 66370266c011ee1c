-- SPDX-License-Identifier: AGPL-3.0-or-later
-- DELETE /api/v1/videos/:id/blacklist
-- viewer moderator
-- status 204
-- wake publish tracker
-- param id video required
-- Unblock a video.
DELETE FROM video_blacklist WHERE id = video_blacklist_of($1)
RETURNING true

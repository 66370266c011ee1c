-- SPDX-License-Identifier: AGPL-3.0-or-later
-- PUT /api/v1/videos/:id/blacklist
-- viewer moderator
-- status 204
-- param id video required
-- field reason chars 2..300
-- Change why a video is blocked.
UPDATE video_blacklist SET reason = $2, updated_at = now()
WHERE id = video_blacklist_of($1)
RETURNING true

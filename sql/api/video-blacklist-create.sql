-- SPDX-License-Identifier: AGPL-3.0-or-later
-- POST /api/v1/videos/:id/blacklist
-- viewer moderator
-- status 204
-- wake publish tracker
-- param id video required
-- field reason chars 2..300
-- field unfederate bool = false
-- Block a video: only its owner and moderators see it from then on.
SELECT video_blacklist_insert($1, $2, $3)

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param id video required
-- param viewer viewer
-- param rating choice like|dislike|none required
-- role page
-- Likes or dislikes a video, or neither; its short UUID.
SELECT v.short_uuid || rate_set($1, $2::bigint, NULL, $3) /* INSERT */
FROM video v WHERE v.id = video_known($1, $2::bigint)

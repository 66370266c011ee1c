-- SPDX-License-Identifier: AGPL-3.0-or-later
-- POST /api/v1/server/redundancy/videos
-- viewer admin
-- status 204
-- field videoId video required
-- Mirrors a video of another instance, until it is told not to.
SELECT redundancy_add(video_id($1), 'manual') > 0

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- DELETE /api/v1/video-channels/:channelHandle/avatar
-- viewer user
-- status 204
-- wake remove
-- param channelHandle handle required
-- param viewer viewer
-- Delete a channel's avatar.
SELECT picture_delete_write(picture_actor($2::bigint, $1), 'avatar')

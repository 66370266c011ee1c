-- SPDX-License-Identifier: AGPL-3.0-or-later
-- DELETE /api/v1/video-channels/:handle
-- viewer user
-- status 204
-- wake remove tracker
-- param handle handle required
-- param viewer viewer
-- Delete a channel and its videos.
SELECT channel_delete($1, $2::bigint)

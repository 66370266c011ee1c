-- SPDX-License-Identifier: AGPL-3.0-or-later
-- PUT /api/v1/automatic-tags/policies/server/videos
-- viewer moderator
-- status 204
-- field autoBlock json required
-- Choose the tags with which videos are blocked when they come.
SELECT tag_policy_write(server_account(), 'block_video', 'autoBlock', $1)

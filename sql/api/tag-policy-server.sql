-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/automatic-tags/policies/server/videos
-- viewer moderator
-- answer VideoAutomaticTagPolicies
-- The tags with which videos are blocked when they come.
SELECT json_build_object('autoBlock',
	tag_policy_names(server_account(), 'block_video'))

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/automatic-tags/policies/accounts/:accountName/comments
-- viewer user
-- answer CommentAutomaticTagPolicies
-- param accountName handle required
-- param viewer viewer
-- The tags with which comments on an account's videos are held for review.
SELECT json_build_object('review',
	tag_policy_names(account_managed($1, $2), 'review_comment'))

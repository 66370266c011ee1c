-- SPDX-License-Identifier: AGPL-3.0-or-later
-- PUT /api/v1/automatic-tags/policies/accounts/:accountName/comments
-- viewer user
-- status 204
-- param accountName handle required
-- param viewer viewer
-- field review json required
-- Choose the tags with which comments are held for review.
SELECT tag_policy_write(account_managed($1, $2), 'review_comment', 'review',
	$3)

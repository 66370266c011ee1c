-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/videos/comments
-- viewer moderator
-- answer list VideoCommentForReview
-- param start int 0..1000000 = 0
-- param count int 0..100 = 15
-- param sort choice createdAt|-createdAt = -createdAt
-- param search text 0..1000
-- param searchAccount text 0..1000
-- param searchVideo text 0..1000
-- param videoId video
-- param videoChannelId int 1..9007199254740991
-- param autoTagOneOf list 0..100
-- param isLocal bool
-- param onLocalVideo bool
-- param isHeldForReview bool
-- The comments of the instance, for its moderators.
SELECT comment_review(NULL, $1, $2, $3, $4, $5, $6, $7, $8, $9, $12,
	$10 IS NOT FALSE AND $11 IS NOT FALSE)

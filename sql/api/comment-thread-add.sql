-- SPDX-License-Identifier: AGPL-3.0-or-later
-- POST /api/v1/videos/:id/comment-threads
-- viewer user
-- answer VideoCommentCreated
-- param id video required
-- param viewer viewer
-- param password password
-- field text chars 1..10000 required
-- Begin a thread of comments on a video.
SELECT comment_add_write(video_opened($1, $2::bigint, $3), $2, NULL, $4)

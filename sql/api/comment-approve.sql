-- SPDX-License-Identifier: AGPL-3.0-or-later
-- POST /api/v1/videos/:id/comments/:commentId/approve
-- viewer user
-- status 204
-- param id video required
-- param viewer viewer
-- param commentId int 1..9007199254740991 required
-- Show a comment that was held for review to everybody.
SELECT comment_approve_write($1, $2, $3)

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- DELETE /api/v1/videos/:id/comments/:commentId
-- viewer user
-- status 204
-- param id video required
-- param viewer viewer
-- param commentId int 1..9007199254740991 required
-- Delete a comment: one's own, one on one's own video, or as a moderator.
SELECT comment_delete_write($1, $2, $3)

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role page
-- param id video required
-- param viewer viewer
-- param commentId int 1..9007199254740991 required
-- Deletes a comment.
SELECT comment_delete_write($1, $2, $3)

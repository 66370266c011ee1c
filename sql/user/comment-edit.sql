-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role page
-- param id video required
-- param viewer viewer
-- param tokenHash text 0..66
-- param commentId int 1..9007199254740991 required
-- param text chars 1..10000 required
-- Gives a comment of the viewer's other words.
SELECT comment_edit_write(comment_page_video($1, $2, $3), $2, $4, $5)

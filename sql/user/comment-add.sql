-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role page
-- param id video required
-- param viewer viewer
-- param tokenHash text 0..66
-- param inReplyTo int 1..9007199254740991
-- param text chars 1..10000 required
-- The id of a new comment of the viewer's.
SELECT comment_add_write(comment_page_video($1, $2, $3), $2, $4, $5)
	-> 'comment' ->> 'id'

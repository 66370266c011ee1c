-- SPDX-License-Identifier: AGPL-3.0-or-later
-- POST /api/v1/bulk/remove-comments-of
-- viewer user
-- status 204
-- param viewer viewer
-- field accountName handle required
-- field scope choice my-videos|my-videos-and-collaborations|instance required
-- Delete an account's comments, on one's own videos or everywhere.
SELECT comment_bulk_write($2, $1, $3)

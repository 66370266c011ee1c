-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role page
-- param id video required
-- param viewer viewer
-- param commentId int 1..9007199254740991 required
-- Shows a held comment to everybody.
SELECT comment_approve_write($1, $2, $3)

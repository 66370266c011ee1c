-- SPDX-License-Identifier: AGPL-3.0-or-later
-- POST /api/v1/users/:id/block
-- viewer moderator
-- status 204
-- wake mail
-- param viewer viewer
-- param id int 1..9223372036854775807
-- field reason chars 3..250
-- Block a user, whose sessions end.
SELECT user_block_write($1::bigint, $2::bigint, true, $3)

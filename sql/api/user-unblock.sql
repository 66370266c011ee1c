-- SPDX-License-Identifier: AGPL-3.0-or-later
-- POST /api/v1/users/:id/unblock
-- viewer moderator
-- status 204
-- wake mail
-- param viewer viewer
-- param id int 1..9223372036854775807
-- Unblock a user.
SELECT user_block_write($1::bigint, $2::bigint, false, NULL)

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- DELETE /api/v1/users/:id
-- viewer moderator
-- scope admin
-- status 204
-- wake remove tracker
-- param viewer viewer
-- param id int 1..9223372036854775807
-- Remove a user and all that belongs to the account.
SELECT user_remove_write($1::bigint, $2::bigint)

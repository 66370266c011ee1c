-- SPDX-License-Identifier: AGPL-3.0-or-later
-- DELETE /api/v1/users/me
-- viewer user
-- scope account
-- status 204
-- wake remove tracker
-- param viewer viewer
-- Remove one's account and all that belongs to it.
SELECT user_remove_write($1::bigint, $1::bigint)

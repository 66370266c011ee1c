-- SPDX-License-Identifier: AGPL-3.0-or-later
-- DELETE /api/v1/users/me/avatar
-- viewer user
-- status 204
-- wake remove
-- param viewer viewer
-- Delete one's avatar.
SELECT picture_delete_write(picture_actor($1::bigint, NULL), 'avatar')

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- POST /api/v1/users/me/notifications/read
-- viewer user
-- status 204
-- param viewer viewer
-- field ids ints 0..500 required
-- Mark notifications as read.
SELECT notification_read_write($1::bigint, $2::int[])

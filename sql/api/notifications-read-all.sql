-- SPDX-License-Identifier: AGPL-3.0-or-later
-- POST /api/v1/users/me/notifications/read-all
-- viewer user
-- status 204
-- param viewer viewer
-- Mark all notifications as read.
SELECT notification_read_write($1::bigint, NULL)

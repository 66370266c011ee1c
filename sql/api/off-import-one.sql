-- SPDX-License-Identifier: AGPL-3.0-or-later
-- POST /api/v1/videos/imports/:id/cancel
-- POST /api/v1/videos/imports/:id/retry
-- DELETE /api/v1/videos/imports/:id
-- viewer user
-- status 204
-- param id int 1..9000000000000000 required
-- There is no import to stop, to try again or to forget.
SELECT $1::bigint IS NULL OR refuse('404', 'Video import not found')

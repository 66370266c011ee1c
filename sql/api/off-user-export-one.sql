-- SPDX-License-Identifier: AGPL-3.0-or-later
-- DELETE /api/v1/users/:id/exports/:exportId
-- viewer user
-- status 204
-- param exportId int 1..9000000000000000 required
-- There is no export.
SELECT $1::bigint IS NULL OR refuse('404', 'User export not found')

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- DELETE /api/v1/runners/registration-tokens/:id
-- DELETE /api/v1/runners/:id
-- viewer admin
-- status 204
-- param id int 1..9000000000000000 required
-- There is no runner and no token.
SELECT $1::bigint IS NULL OR refuse('404', 'Unknown runner')

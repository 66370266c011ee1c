-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/users/:id/imports/latest
-- viewer user
-- answer UserImport
-- No account was imported.
SELECT refuse('404', 'No user import found')

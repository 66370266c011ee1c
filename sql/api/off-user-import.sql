-- SPDX-License-Identifier: AGPL-3.0-or-later
-- POST /api/v1/users/:id/imports/import-resumable
-- PUT /api/v1/users/:id/imports/import-resumable
-- DELETE /api/v1/users/:id/imports/import-resumable
-- viewer user
-- status 204
-- Accounts are not imported yet.
SELECT refuse('403', 'User import is not enabled on this instance')

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- POST /api/v1/users/:id/exports/request
-- viewer user
-- status 204
-- Accounts are not exported yet.
SELECT refuse('403', 'User export is not enabled on this instance')

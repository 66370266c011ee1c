-- SPDX-License-Identifier: AGPL-3.0-or-later
-- POST /api/v1/runners/register
-- status 204
-- No registration token is valid.
SELECT refuse('404', 'Registration token is invalid')

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- POST /api/v1/runners/registration-tokens/generate
-- viewer admin
-- status 204
-- Remote runners are not there yet.
SELECT refuse('403', 'Remote runners are not enabled on this instance')

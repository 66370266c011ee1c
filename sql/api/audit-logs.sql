-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/server/audit-logs
-- viewer admin
-- answer array LogLine
-- No log of what was changed is kept apart.
SELECT '[]'

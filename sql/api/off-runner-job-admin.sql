-- SPDX-License-Identifier: AGPL-3.0-or-later
-- POST /api/v1/runners/jobs/:uuid/cancel
-- DELETE /api/v1/runners/jobs/:uuid
-- viewer admin
-- status 204
-- param uuid uuid required
-- There is no runner's job.
SELECT $1::uuid IS NULL OR refuse('404', 'Unknown runner job')

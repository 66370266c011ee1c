-- SPDX-License-Identifier: AGPL-3.0-or-later
-- POST /api/v1/jobs/:jobType/:jobId/cancel
-- viewer admin
-- status 204
-- param jobType text 1..100 required
-- param jobId int 1..9000000000000000 required
-- Stops a job, and what waits for it.
SELECT job_stop($1, $2::bigint)

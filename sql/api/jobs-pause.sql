-- SPDX-License-Identifier: AGPL-3.0-or-later
-- POST /api/v1/jobs/pause
-- viewer admin
-- status 204
-- param viewer viewer
-- Workers begin no other job until they are told to.
SELECT jobs_pause($1::bigint, true)

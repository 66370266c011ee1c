-- SPDX-License-Identifier: AGPL-3.0-or-later
-- POST /api/v1/jobs/resume
-- viewer admin
-- status 204
-- wake transcode image publish remove tracker sweep mail notify
-- param viewer viewer
-- Workers go on.
SELECT jobs_pause($1::bigint, false)

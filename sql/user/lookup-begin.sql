-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role page api
-- param written text 0..2000
-- param viewer viewer
-- Has what an address names fetched; the job.
SELECT coalesce(lookup_begin_write($1, $2::bigint), 0)

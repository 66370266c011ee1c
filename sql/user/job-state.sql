-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role page api ap upload
-- param id int 1..9000000000000000
-- How a job is; no row once it is done.
SELECT state, error FROM job WHERE id = $1::bigint

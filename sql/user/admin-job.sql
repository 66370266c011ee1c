-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role page
-- param id int 1..9000000000000000 required
-- param what choice retry|stop required
SELECT admin_job($1::bigint, $2)

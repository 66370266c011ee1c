-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param id int 1..9000000000000000 required
-- param why text 0..8192
-- There will be no copy; for admins to read.
SELECT redundancy_failed_write($1, $2)

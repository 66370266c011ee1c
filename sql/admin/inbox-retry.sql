-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param id int 1..9223372036854775807 required
UPDATE inbox SET state = 0, tries = 0 WHERE id = $1::bigint AND state IN (2, 3)
RETURNING id

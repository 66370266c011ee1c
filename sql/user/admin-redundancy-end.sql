-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role page
-- param id int 1..9000000000000000
-- Gives a copy up.
SELECT redundancy_end($1::bigint)

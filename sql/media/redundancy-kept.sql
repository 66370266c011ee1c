-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param id int 1..9000000000000000 required
-- param size int 1..9000000000000000 required
-- param folder text 1..200 required
-- The copy is there, so many bytes of it; false: nobody wants it any more.
SELECT redundancy_kept_write($1, $2, $3)

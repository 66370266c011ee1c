-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param name text 1..1000
-- param email text 3..400
-- param subject text 1..1000
-- param words text 1..40000
SELECT contact_write($1, $2, $3, $4)

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param name text 1..200
-- Its videos go with it.
DELETE FROM actor WHERE name = $1 AND kind = 'Group'

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param name text 1..100
-- param value text 0..100000
-- Only what there is: a misspelt name would change nothing and say nothing.
UPDATE setting SET value = $2 WHERE name = $1

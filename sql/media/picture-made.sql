-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param kind text 1..20 required
-- param owner int 1..9223372036854775807 required
-- param url text 1..2000 required
-- param size int 1..9223372036854775807 required
-- What was made from another server's picture, and how much room it takes.
SELECT picture_made_write($1, $2, $3, $4)

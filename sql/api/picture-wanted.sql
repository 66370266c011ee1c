-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param file text 1..200
-- Is the picture another server's? Then it is fetched, where that was not tried
-- in the last minutes.
SELECT picture_wanted_write($1)

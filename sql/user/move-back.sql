-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role page
-- param viewer viewer
-- param name text 1..255 required
-- One's account or channel has not moved after all.
SELECT move_back_write($1::bigint, $2)

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role page
-- param servers bool
-- param name text 1..400
-- Mutes it no longer.
SELECT admin_unmute($1::boolean, $2)

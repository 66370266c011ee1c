-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role page
-- param handle text 1..400
-- param decision choice accept|reject|remove
-- Lets a follower in, or not, or no longer.
SELECT admin_follower($1, $2)

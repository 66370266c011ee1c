-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role page
-- param handle text 1..400
-- Follows somebody no longer.
SELECT admin_unfollow($1)

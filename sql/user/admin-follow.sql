-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role page
-- param typed text 1..10000
-- Follows hosts and handles; the first that is neither, and none is followed.
SELECT admin_follow($1)

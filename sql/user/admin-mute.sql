-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role page
-- param servers bool
-- param viewer viewer
-- param typed text 1..10000
-- Mutes servers, or accounts; the first that cannot be, and none is muted.
SELECT admin_mute($1::boolean, $2::bigint, $3)

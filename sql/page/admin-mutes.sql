-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param servers bool
-- param start int 0..10000
-- The servers, or accounts, that the instance mutes.
SELECT admin_mutes($1::boolean, $2)

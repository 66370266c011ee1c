-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role page
-- param viewer viewer
-- param name text 1..255 required
-- param other int 1..9007199254740991 required
-- One's account or channel is not also known as that actor.
SELECT alias_remove_write($1::bigint, $2, $3)

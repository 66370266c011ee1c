-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param path text 1..2000 required
-- What stands for what is not here: the URL at which another server has it, or
-- the Tombstone of what we had.
SELECT ap_origin($1), ap_tombstone(origin() || $1)

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param batch int 1..1000000
-- Adds up what players told; how many pings.
SELECT view_fold_write($1::int)

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param hosts list 1..1000
-- Looks again at servers that had nothing to get; NULL: at all.
SELECT host_wake_write($1::bigint[])

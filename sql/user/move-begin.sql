-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role page
-- param viewer viewer
-- param name text 1..255 required
-- param wanted text 1..10 required
-- param address text 0..2000
-- The job that looks for whom one's account or channel is, too (`alias`), or
-- has become (`move`); or what is wrong.
SELECT job, wrong FROM move_begin_write($1::bigint, $2, $3, coalesce($4, ''))

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param hosts list 1..1000 required
-- param seqs list 1..1000 required
-- param activities list 1..1000 required
-- param verdicts list 1..1000 required
-- What became of deliveries.
SELECT delivery_told_write($1::bigint[], $2::bigint[], $3::bigint[], $4::text[])

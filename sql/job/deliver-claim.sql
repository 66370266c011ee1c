-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param most int 1..1000 required
-- param with_failing bool required
-- Servers that are due, with what they get next.
SELECT * FROM delivery_claim_write($1::int, $2::boolean)

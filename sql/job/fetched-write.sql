-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role worker
-- param asked text 1..2000 required
-- param status int 0..999 required
-- param document text 0..3145728
-- param final text 0..2100
-- param error text 0..2000
-- Keeps what another server answered, for a moment.
SELECT fetched_write($1::text, $2::int, $3::jsonb, $4::text, $5::text)

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role page api
-- param user_id int 1..9223372036854775807
-- param sealed text 1..500
-- param step int 0..9223372036854775807
-- No row: there is one already.
INSERT INTO two_factor (user_id, sealed, last_step)
VALUES ($1::bigint, $2::bytea, $3::bigint)
ON CONFLICT DO NOTHING
RETURNING true

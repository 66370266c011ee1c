-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role page api
-- param user_id int 1..9223372036854775807
-- param step int 0..9223372036854775807
-- Takes the code of these 30 seconds, which nobody can take again.
UPDATE two_factor SET last_step = $2::bigint
WHERE user_id = $1::bigint AND last_step < $2::bigint
RETURNING true

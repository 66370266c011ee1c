-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role page api
-- param user_id int 1..9223372036854775807
SELECT sealed, last_step FROM two_factor WHERE user_id = $1::bigint

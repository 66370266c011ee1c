-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param viewer viewer
-- param id int 1..9223372036854775807
-- The name of the user and whether there is a second factor already.
SELECT username, is_on FROM two_factor_target($1::bigint, $2::bigint)

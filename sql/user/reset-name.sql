-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role page api
-- param id int 1..9223372036854775807
-- param given text 1..200
-- The name of the user whose password the link may change.
SELECT reset_name($1::bigint, $2)

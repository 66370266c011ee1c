-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param id int 1..9223372036854775807
DELETE FROM token WHERE id = $1::bigint

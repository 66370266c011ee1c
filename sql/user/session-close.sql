-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param id int 0..9223372036854775807
DELETE FROM session WHERE id = $1

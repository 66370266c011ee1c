-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param viewer viewer
-- param id int 1..9223372036854775807
-- param response text 1..20000
-- param silent bool
-- param keys list 4..4
SELECT registration_accept_write($1::bigint, $2::bigint, $3, $4::boolean,
	$5::text[])

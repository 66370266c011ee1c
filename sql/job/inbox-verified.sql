-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param id int 1..9223372036854775807 required
-- param lease int 1..9223372036854775807 required
-- param signer int 1..9223372036854775807 required
-- param hash text 66..66 required
-- param valid int 0..99999999999 required
-- The signature fits. False: this was taken already.
SELECT inbox_verified_write($1::bigint, $2::bigint, $3::bigint, $4::bytea,
	to_timestamp($5::bigint))

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param owner text 1..200
-- param signer int 1..9223372036854775807
-- param key text 1..2000 required
-- param request text 2..100000 required
-- param body text 2..500000 required
-- param hash text 66..66 required
-- param valid int 0..99999999999 required
-- Keeps an activity that came; what to answer.
SELECT status, why FROM inbox_write($1::text, $2::bigint, $3::text, $4::jsonb,
	$5::text, $6::bytea, to_timestamp($7::bigint))

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param handle text 3..400 required
-- param guid text 16..255 required
-- param key text 1..5000 required
-- param name text 0..1000 required
-- param pod text 1..300 required
-- Stores what an hCard says.
SELECT diaspora_person_write($1::text, $2::text, $3::text, $4::text,
	$5::text)

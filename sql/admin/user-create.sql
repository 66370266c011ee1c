-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param name text 1..50
-- param email text 3..400
-- param password_hash text 1..200
-- param role int 0..2
-- param keys list 4..4
-- A user, the account and the default channel.
SELECT new_user, channel FROM user_create_write(jsonb_build_object(
	'username', $1::text, 'email', $2::text,
	'role', $4::int), $3, $5::text[])

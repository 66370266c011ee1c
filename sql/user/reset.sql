-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role page api
-- param id int 1..9223372036854775807
-- param given text 1..200
-- param hash text 1..200
-- check verificationString text 1..200 required
-- check password text 1..1000 required
-- Choose a new password by a link.
SELECT reset_password_write($1::bigint, $2, $3)

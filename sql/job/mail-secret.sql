-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param secret_hash text 1..100
-- param purpose text 1..50
-- param subject int 1..9223372036854775807
-- param seconds int 1..31536000
-- param address text 1..400
-- What a link in a mail holds.
INSERT INTO mail_secret (secret_hash, purpose, subject, expires_at, address)
VALUES ($1::bytea, $2, $3::bigint, now() + $4::int * interval '1 second', $5)

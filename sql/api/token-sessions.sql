-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/users/:id/token-sessions
-- viewer user
-- scope account
-- answer list TokenSession
-- param viewer viewer
-- param id int 1..9223372036854775807
-- param session session
-- param start int 0..1000000 = 0
-- param count int 1..100 = 15
-- param sort choice createdAt|-createdAt = -createdAt
-- List where a user is signed in by tokens.
SELECT token_sessions($1::bigint, $2::bigint, $3::bigint, $4::int, $5::int,
	$6)

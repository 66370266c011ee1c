-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/users/me/abuses
-- viewer user
-- answer list UserAbuse
-- param start int 0..1000000 = 0
-- param count int 0..100 = 15
-- param sort choice id|-id|createdAt|-createdAt|state|-state = -createdAt
-- param viewer viewer
-- param id int 1..9223372036854775807
-- param state int 1..3
-- param search text 0..1000
-- The reports of the signed-in user.
SELECT abuse_list($1, $2, $3, account_of($4::bigint), $5, $6::smallint,
	words => anywhere($7))

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/server/blocklist/accounts
-- viewer moderator
-- answer list AccountBlock
-- param start int 0..1000000 = 0
-- param count int 0..100 = 15
-- param sort choice createdAt|-createdAt = -createdAt
-- param search text 0..1000
-- The accounts that the instance has muted.
SELECT account_block_list(NULL, $1, $2, $3, anywhere($4))

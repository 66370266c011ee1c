-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/accounts
-- answer list Account
-- cache 5
-- param start int 0..1000000 = 0
-- param count int 0..100 = 15
-- param sort choice createdAt|-createdAt = -createdAt
-- All accounts.
SELECT account_list($1, $2, $3)

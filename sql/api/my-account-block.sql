-- SPDX-License-Identifier: AGPL-3.0-or-later
-- POST /api/v1/users/me/blocklist/accounts
-- viewer user
-- status 204
-- field accountName handle required
-- param viewer viewer
-- Mute an account for oneself.
SELECT account_block_insert($2::bigint, $2::bigint, $1)

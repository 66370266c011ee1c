-- SPDX-License-Identifier: AGPL-3.0-or-later
-- POST /api/v1/server/blocklist/accounts
-- viewer moderator
-- status 204
-- field accountName handle required
-- param viewer viewer
-- Mute an account for everybody.
SELECT account_block_insert(NULL, $2::bigint, $1)

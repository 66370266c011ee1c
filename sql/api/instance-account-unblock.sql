-- SPDX-License-Identifier: AGPL-3.0-or-later
-- DELETE /api/v1/server/blocklist/accounts/:accountName
-- viewer moderator
-- status 204
-- param accountName handle required
-- Let everybody see a muted account again.
SELECT account_block_delete(NULL, $1)

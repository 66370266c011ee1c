-- SPDX-License-Identifier: AGPL-3.0-or-later
-- DELETE /api/v1/users/me/blocklist/accounts/:accountName
-- viewer user
-- status 204
-- param accountName handle required
-- param viewer viewer
-- See a muted account again.
SELECT account_block_delete($2::bigint, $1)

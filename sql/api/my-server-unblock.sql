-- SPDX-License-Identifier: AGPL-3.0-or-later
-- DELETE /api/v1/users/me/blocklist/servers/:host
-- viewer user
-- status 204
-- param host text 1..261 required
-- param viewer viewer
-- See a muted server again.
SELECT server_block_delete($2::bigint, $1)

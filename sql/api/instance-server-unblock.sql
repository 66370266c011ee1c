-- SPDX-License-Identifier: AGPL-3.0-or-later
-- DELETE /api/v1/server/blocklist/servers/:host
-- viewer moderator
-- status 204
-- param host text 1..261 required
-- Let everybody see a muted server again.
SELECT server_block_delete(NULL, $1)

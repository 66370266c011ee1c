-- SPDX-License-Identifier: AGPL-3.0-or-later
-- POST /api/v1/server/blocklist/servers
-- viewer moderator
-- status 204
-- field host text 1..261 required
-- Mute a server for everybody.
SELECT server_block_insert(NULL, $1)

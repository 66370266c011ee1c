-- SPDX-License-Identifier: AGPL-3.0-or-later
-- POST /api/v1/users/me/blocklist/servers
-- viewer user
-- status 204
-- field host text 1..261 required
-- param viewer viewer
-- Mute a server for oneself.
SELECT server_block_insert($2::bigint, $1)

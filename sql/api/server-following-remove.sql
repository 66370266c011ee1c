-- SPDX-License-Identifier: AGPL-3.0-or-later
-- DELETE /api/v1/server/following/:handle
-- viewer admin
-- status 204
-- param handle text 1..400 required
-- Follows somebody no longer.
DELETE FROM follow WHERE id = server_follow_named(true, $1) RETURNING 1

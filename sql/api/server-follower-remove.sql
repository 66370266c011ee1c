-- SPDX-License-Identifier: AGPL-3.0-or-later
-- DELETE /api/v1/server/followers/:handle
-- viewer admin
-- status 204
-- param handle text 1..400 required
-- Ends a follow of this instance.
SELECT server_follower_end($1)

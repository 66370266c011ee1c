-- SPDX-License-Identifier: AGPL-3.0-or-later
-- POST /api/v1/server/followers/:handle/reject
-- viewer admin
-- status 204
-- param handle text 1..400 required
-- Turns a follower away.
SELECT server_follower_decide($1, 'rejected')

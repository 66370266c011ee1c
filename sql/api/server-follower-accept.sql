-- SPDX-License-Identifier: AGPL-3.0-or-later
-- POST /api/v1/server/followers/:handle/accept
-- viewer admin
-- status 204
-- param handle text 1..400 required
-- Lets a follower in.
SELECT server_follower_decide($1, 'accepted')

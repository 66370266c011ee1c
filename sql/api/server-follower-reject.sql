-- SPDX-License-Identifier: AGPL-3.0-or-later
-- POST /api/v1/server/followers/:handle/reject
-- viewer admin
-- status 204
-- param handle text 1..400 required
-- Turns a follower away.
UPDATE follow SET state = 'rejected'
WHERE id = server_follow_named(false, $1) RETURNING 1

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/video-channels/ownership
-- viewer user
-- answer list ChangeOwnership
-- param start int 0..1000000 = 0
-- param count int 0..100 = 15
-- param sort choice createdAt|-createdAt = -createdAt
-- param viewer viewer
-- The channels that others offered to the signed-in user.
SELECT ownership_offered('channel', $4::bigint, $1, $2, $3)

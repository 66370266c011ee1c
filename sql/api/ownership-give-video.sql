-- SPDX-License-Identifier: AGPL-3.0-or-later
-- POST /api/v1/videos/:id/give-ownership
-- viewer user
-- status 204
-- param id video required
-- param viewer viewer
-- field username text 1..300 required
-- Offer a video to another account.
SELECT ownership_give_video($1, $2::bigint, $3)

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- POST /api/v1/video-channels/:handle/give-ownership
-- viewer user
-- status 204
-- param handle handle required
-- param viewer viewer
-- field username text 1..300 required
-- Offer a channel to another account.
SELECT ownership_give_channel($1, $2::bigint, $3)

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- POST /api/v1/video-channels/ownership/:requestId/accept
-- viewer user
-- status 204
-- param requestId int 1..9223372036854775807 required
-- param viewer viewer
-- Take a channel that was offered.
SELECT ownership_accept_channel($1::bigint, $2::bigint)

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- POST /api/v1/videos/ownership/:requestId/accept
-- viewer user
-- status 204
-- param requestId int 1..9223372036854775807 required
-- param viewer viewer
-- field channelId int 1..9223372036854775807 required
-- Take a video that was offered into one of one's channels.
SELECT ownership_accept_video($1::bigint, $2::bigint, $3::bigint)

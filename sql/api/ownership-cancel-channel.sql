-- SPDX-License-Identifier: AGPL-3.0-or-later
-- DELETE /api/v1/video-channels/ownership/:requestId
-- viewer user
-- status 204
-- param requestId int 1..9223372036854775807 required
-- param viewer viewer
-- Take an offer of a channel back.
SELECT ownership_cancel('channel', $1::bigint, $2::bigint)

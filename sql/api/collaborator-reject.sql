-- SPDX-License-Identifier: AGPL-3.0-or-later
-- POST /api/v1/video-channels/:handle/collaborators/:collaboratorId/reject
-- viewer user
-- status 204
-- param handle handle required
-- param collaboratorId int 1..9223372036854775807 required
-- param viewer viewer
-- Do not agree to work on a channel.
SELECT collaborator_answer($1, $2::bigint, $3::bigint, 3)

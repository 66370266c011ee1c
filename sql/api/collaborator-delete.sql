-- SPDX-License-Identifier: AGPL-3.0-or-later
-- DELETE /api/v1/video-channels/:handle/collaborators/:collaboratorId
-- viewer user
-- status 204
-- param handle handle required
-- param collaboratorId int 1..9223372036854775807 required
-- param viewer viewer
-- End somebody's work on a channel: its owner's or one's own.
SELECT collaborator_delete($1, $2::bigint, $3::bigint)

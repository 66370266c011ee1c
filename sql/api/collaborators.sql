-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/video-channels/:handle/collaborators
-- viewer user
-- answer list VideoChannelCollaborator
-- param handle handle required
-- param viewer viewer
-- Who works on a channel, or was asked to.
SELECT collaborator_list($1, $2::bigint)

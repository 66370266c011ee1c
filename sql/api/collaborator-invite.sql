-- SPDX-License-Identifier: AGPL-3.0-or-later
-- POST /api/v1/video-channels/:handle/collaborators/invite
-- viewer user
-- answer VideoChannelCollaboratorCreated
-- param handle handle required
-- param viewer viewer
-- field accountHandle handle required
-- Ask somebody to work on a channel.
SELECT collaborator_invite($1, $2::bigint, $3)

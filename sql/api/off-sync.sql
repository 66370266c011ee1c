-- SPDX-License-Identifier: AGPL-3.0-or-later
-- POST /api/v1/video-channel-syncs
-- POST /api/v1/video-channels/:handle/import-videos
-- viewer user
-- status 204
-- Channels are not kept in step with other sites yet.
SELECT refuse('403', 'Channel synchronization is disabled')

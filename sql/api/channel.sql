-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/video-channels/:handle
-- answer VideoChannel
-- cache 5
-- param handle handle
-- One channel.
SELECT c.document FROM actor a JOIN channel_document c ON c.actor_id = a.id
WHERE a.name = $1

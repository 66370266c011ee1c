-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param video int 1..9223372036854775807 required
SELECT 'static/streaming-playlists/hls/' || uuid FROM video
WHERE id = $1::bigint

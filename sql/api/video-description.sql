-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/videos/:id/description
-- viewer optional
-- answer VideoDescription
-- param id video required
-- param viewer viewer
-- param password password
-- Gone from PeerTube since 6; yt-dlp and older applications still ask for it.
SELECT json_build_object('description', description) FROM video
WHERE id = video_opened($1, $2::bigint, $3)

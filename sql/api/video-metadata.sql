-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/videos/:id/metadata/:file
-- viewer optional
-- answer VideoFileMetadata
-- param id video required
-- param file int 1..9000000000000000 required
-- param viewer viewer
-- param password password
-- What the probe said of one file.
SELECT coalesce(metadata, '{}') FROM video_file
WHERE id = $2::bigint AND video_id = video_opened($1, $3::bigint, $4)

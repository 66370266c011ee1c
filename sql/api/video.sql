-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/videos/:id
-- viewer optional
-- cache 5
-- answer VideoDetails
-- param id video required
-- param viewer viewer
-- param password password
-- One video, whole.
SELECT document FROM video_document
WHERE id = video_opened($1, $2::bigint, $3)

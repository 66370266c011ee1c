-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/videos/:id
-- viewer optional
-- cache 5
-- answer VideoDetails
-- param id video required
-- param viewer viewer
-- param password password
-- One video, whole.
SELECT CASE WHEN $2::bigint IS NULL THEN document
	ELSE concat(left(document, -1), history_member($2::bigint, id), '}') END
FROM video_document
WHERE id = video_opened($1, $2::bigint, $3)

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/videos/:id
-- viewer optional
-- cache 5
-- answer VideoDetails
-- param id video required
-- param viewer viewer
-- param password password
-- One video, whole.
SELECT CASE WHEN $2::bigint IS NULL THEN d.document
	ELSE concat(left(CASE WHEN v.state = 2
			THEN video_with_original(d.document)
			ELSE d.document END, -1),
		history_member($2::bigint, v.id), '}') END
FROM video v JOIN video_document d ON d.id = v.id
WHERE v.id = video_opened($1, $2::bigint, $3)

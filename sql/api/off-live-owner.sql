-- SPDX-License-Identifier: AGPL-3.0-or-later
-- PUT /api/v1/videos/live/:id
-- GET /api/v1/videos/live/:id/sessions
-- viewer user
-- answer LiveVideo
-- param id video required
-- param viewer viewer
-- As api/off-live, for the maker.
SELECT video_edited($1, $2::bigint) IS NULL
	OR refuse('404', 'Video live not found')

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/videos/live/:id
-- GET /api/v1/videos/:id/live-session
-- viewer optional
-- answer LiveVideo
-- param id video required
-- param viewer viewer
-- param password password
-- No video of ours is a live, or the replay of one.
SELECT video_opened($1, $2::bigint, $3) IS NULL
	OR refuse('404', 'Video live not found')

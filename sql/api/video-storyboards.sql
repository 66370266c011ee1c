-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/videos/:id/storyboards
-- viewer optional
-- answer Storyboards
-- param id video required
-- param viewer viewer
-- param password password
-- The pictures of a video's moments; only videos of other servers have any.
-- Clients fail on anything but 200.
SELECT json_build_object('storyboards', coalesce((SELECT json_agg(
	json_build_object(
		'storyboardPath', '/lazy-static/storyboards/' || s.filename,
		'fileUrl', origin() || '/lazy-static/storyboards/' || s.filename,
		'totalWidth', s.total_width, 'totalHeight', s.total_height,
		'spriteWidth', s.sprite_width, 'spriteHeight', s.sprite_height,
		'spriteDuration', s.sprite_duration))
	FROM storyboard s WHERE s.video_id = o), '[]'))
FROM video_opened($1, $2::bigint, $3) o
WHERE o IS NOT NULL

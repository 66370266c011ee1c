-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/videos/:id/storyboards
-- viewer optional
-- answer Storyboards
-- param id video required
-- param viewer viewer
-- param password password
-- No video has any; clients fail on anything but 200.
SELECT json_build_object('storyboards', '[]'::json)
WHERE video_opened($1, $2::bigint, $3) IS NOT NULL

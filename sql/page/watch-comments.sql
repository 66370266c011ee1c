-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param id uuid required
-- param viewer viewer
-- param comments int 0..1000000 = 0
-- param thread int 1..9007199254740991
-- The comments of the watch page, for a viewer who may see the video.
SELECT comment_page(video_id($1), $2, $3, $4)

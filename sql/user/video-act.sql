-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role page api upload
-- param id int 1..9000000000000000
-- param viewer viewer
-- param action int 1..16
-- Notes down in the channel what the viewer does with a video.
SELECT video_act_write($1::bigint, $2::bigint, $3::int)

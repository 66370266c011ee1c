-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role page
-- param viewer viewer
-- param id video
-- Forgets that a user watched a video, or all of them.
DELETE FROM history
WHERE user_id = $1::bigint AND ($2::text IS NULL OR video_id = video_id($2))

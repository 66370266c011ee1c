-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param video int 1..9223372036854775807 required
-- How the file of a video's storyboard is called.
SELECT filename FROM storyboard WHERE video_id = $1::bigint FOR UPDATE

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role upload
-- param id video required
-- param viewer viewer
-- The number of a video that the viewer may change; 403, 404.
SELECT video_edited($1, $2::bigint)

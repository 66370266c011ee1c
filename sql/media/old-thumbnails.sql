-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param video int 1..9223372036854775807 required
SELECT jsonb_agg('lazy-static/thumbnails/' || filename) FROM thumbnail
WHERE video_id = $1::bigint

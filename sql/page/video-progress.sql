-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param short text 22..22
-- How far (0 to 100) the jobs of a video are, for whoever waits for it.
SELECT coalesce(max(j.progress), 0) FROM video v
LEFT JOIN job j ON j.payload ? 'videoId' AND j.state < 4
	AND j.payload ->> 'videoId' = v.id::text
WHERE v.short_uuid = $1

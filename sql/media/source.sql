-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param video int 1..9223372036854775807 required
-- What the job `transcode` must know, and fresh names for what it makes.
SELECT v.uuid, v.name, v.privacy, s.path, s.start, s.size,
	coalesce(setting('transcoding.max_resolution')::int, 1080),
	coalesce(setting('transcoding.keep_original')::boolean, false),
	EXISTS (SELECT FROM thumbnail t
		WHERE t.video_id = v.id AND t.is_custom),
	gen_random_uuid(), gen_random_uuid(), gen_random_uuid()
FROM video v JOIN video_source s ON s.video_id = v.id
WHERE v.id = $1::bigint

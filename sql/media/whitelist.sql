-- SPDX-License-Identifier: AGPL-3.0-or-later
-- opentracker keeps its old list when the new one is empty: then it gets a
-- hash that nobody knows.
SELECT coalesce(string_agg(DISTINCT encode(f.info_hash, 'hex') || E'\n', ''),
	left(replace(gen_random_uuid() || gen_random_uuid()::text, '-', ''), 40)
		|| E'\n')
FROM video_file f JOIN video v ON v.id = f.video_id
WHERE f.info_hash IS NOT NULL AND f.url IS NULL AND video_is_listed(v)

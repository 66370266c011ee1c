-- SPDX-License-Identifier: AGPL-3.0-or-later
SELECT coalesce(string_agg(DISTINCT encode(f.info_hash, 'hex') || E'\n', ''), '')
FROM video_file f JOIN video v ON v.id = f.video_id
WHERE f.info_hash IS NOT NULL AND video_is_listed(v)

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role upload
-- param viewer viewer
-- param id text 36..36
-- Most bytes that an upload of unknown length may have; less than 1 where the
-- quota is used up.
SELECT least(setting('upload.max_size')::bigint,
	CASE WHEN u.video_quota >= 0 THEN u.video_quota -
		user_quota_used(u.id, '-infinity') - r.bytes END,
	CASE WHEN u.video_quota_daily >= 0 THEN u.video_quota_daily -
		user_quota_used(u.id, now() - interval '1 day') - r.bytes END)
FROM app_user u, user_quota_reserved($1::bigint, $2::uuid) r (bytes)
WHERE u.id = $1::bigint

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Tells anew what the videos of each user take, for the order of the
-- administration's list; once an hour, for it looks at all files.
WITH sizes AS (
	SELECT video_id, size FROM video_file
	UNION ALL
	SELECT s.video_id, s.size FROM video_source s
	JOIN video v ON v.id = s.video_id
	WHERE s.is_kept OR v.state <> 1
), used AS (
	SELECT a.user_id, sum(s.size) AS bytes
	FROM sizes s
	JOIN video v ON v.id = s.video_id
	JOIN channel c ON c.id = v.channel_id
	JOIN account a ON a.id = c.account_id
	GROUP BY a.user_id
)
UPDATE app_user u SET used_bytes = coalesce(w.bytes, 0)
FROM app_user o LEFT JOIN used w ON w.user_id = o.id
WHERE u.id = o.id AND u.used_bytes <> coalesce(w.bytes, 0)
	AND extract(minute FROM now()) < 5

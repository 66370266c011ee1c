-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/users/me/video-quota-used
-- viewer user
-- param viewer viewer
-- What the signed-in user's originals and renditions take, in all and of the
-- last day.
SELECT json_build_object('videoQuotaUsed', coalesce(sum(size), 0),
	'videoQuotaUsedDaily', coalesce(sum(size) FILTER (
		WHERE created_at > now() - interval '1 day'), 0))
FROM user_bytes WHERE user_id = $1::bigint

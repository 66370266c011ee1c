-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/users/me/video-quota-used
-- viewer user
-- answer QuotaUsed
-- param viewer viewer
-- Bytes of the signed-in user's videos, of all and of the last day's.
SELECT json_build_object(
	'videoQuotaUsed', user_quota_used($1::bigint, '-infinity'),
	'videoQuotaUsedDaily',
		user_quota_used($1::bigint, now() - interval '1 day'))

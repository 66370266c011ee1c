-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param viewer viewer
-- The instance's own text, the newest public videos.
WITH policy AS MATERIALIZED (SELECT nsfw_policy($1::bigint) AS nsfw),
muted AS MATERIALIZED (SELECT * FROM muted($1::bigint))
SELECT json_build_object(
	'homepage', setting('instance.homepage'),
	'blur', (SELECT nsfw IN ('warn', 'blur') FROM policy),
	'hasVideos', count(*) > 0,
	'hasMore', count(*) = 24,
	'videos', coalesce(json_agg(card), '[]'))
FROM (
	SELECT card FROM video_card
	WHERE is_published AND privacy = 1 AND (NOT nsfw
		OR (SELECT nsfw FROM policy) <> 'do_not_list')
		AND channel_id <> ALL ((SELECT channels FROM muted)::bigint[])
		AND coalesce(host_id, 0)
			<> ALL ((SELECT hosts FROM muted)::bigint[])
	ORDER BY published_at DESC, id DESC LIMIT 24) newest

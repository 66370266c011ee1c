-- SPDX-License-Identifier: AGPL-3.0-or-later
-- plan custom
-- param viewer viewer
-- param start int 0..10000 = 0
-- The newest videos of the channels a user subscribes to.
WITH muted AS MATERIALIZED (
	SELECT * FROM muted($1::bigint)
), listed AS MATERIALIZED (
	SELECT v.id FROM video v
	WHERE v.channel_id = ANY (ARRAY(SELECT unnest(
			channels_followed($1::bigint))))
		AND v.is_published AND v.privacy = 1
		AND (NOT v.nsfw OR nsfw_policy($1::bigint) <> 'do_not_list')
		AND v.channel_id <> ALL ((SELECT channels FROM muted)::bigint[])
		AND coalesce(v.host_id, 0)
			<> ALL ((SELECT hosts FROM muted)::bigint[])
	ORDER BY v.published_at DESC, v.id DESC LIMIT 1000
)
SELECT json_build_object(
	'blur', nsfw_policy($1::bigint) IN ('warn', 'blur'),
	'hasChannels', cardinality(channels_followed($1::bigint)) > 0,
	'total', (SELECT count(*) FROM listed),
	'feed', (SELECT 'accountId=' || account_of($1::bigint) || '&token='
		|| t.token FROM feed_token t WHERE t.user_id = $1::bigint),
	'filters', '[]'::json,
	'pager', page_pager($2::int, 24, (SELECT count(*) FROM listed)),
	'videos', coalesce((SELECT json_agg(card
			ORDER BY k.published_at DESC, k.id DESC)
		FROM video_card k JOIN (SELECT id FROM listed
			LIMIT 24 OFFSET $2::int) l USING (id)), '[]'))

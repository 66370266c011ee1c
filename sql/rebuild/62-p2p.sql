-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Viewers who share what they watch with each other by WebRTC.

CREATE FUNCTION p2p_is_on(chosen boolean) RETURNS boolean
STABLE LANGUAGE sql AS $$
	SELECT CASE setting('peers.mode') WHEN 'off' THEN false
		ELSE coalesce(chosen, setting('peers.mode') = 'on') END
$$;

-- Where browsers that watch a video of another server find each other, as its
-- document says or else as PeerTube takes it to be; NULL: nowhere that a page may
-- ask.
CREATE FUNCTION remote_tracker_socket(v video) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
	named constant text := coalesce((SELECT ap_text(e, 'href')
		FROM ap_list(ap_get((v).document, 'url')) e
		WHERE jsonb_typeof(e) = 'object'
			AND ap_ids(ap_get(e, 'rel')) @> '{tracker,websocket}'
		LIMIT 1), tracker_socket_url(substring((v).url
			FROM '^https?://[^/?#]+')));
BEGIN
	RETURN CASE WHEN named ~
			'^wss?://[A-Za-z0-9.:-]+(/[A-Za-z0-9._~%-]*)*$'
		AND (named ~ '^wss:' OR origin() ~ '^http:')
		AND ap_web_url(regexp_replace(named, '^ws', 'http'))
			IS NOT NULL THEN named END;
END $$;

-- What the page of a video tells its player, or NULL where nobody may share:
-- only public videos, with hashes of all their pieces, of channels that
-- let them be shared, and only from so many viewers on as setting
-- `peers.viewers_min` has it, who opens the page among them. `choice` is that
-- of the browser (yes, no, or NULL); it comes before that of the account.
-- `swarms` are those of p2p-media-loader 2.0 to 2.2 (ap_swarm()), of the levels
-- in the order of the master playlist, so that PeerTube's viewers are in them.
-- A video of another server has its tracker and its swarms.
CREATE FUNCTION p2p_offer(v video, viewer bigint, choice text) RETURNS json
STABLE LANGUAGE sql AS $$
	SELECT json_build_object(
		'isOn', p2p_is_on(CASE choice WHEN 'yes' THEN true
			WHEN 'no' THEN false ELSE u.p2p_enabled END),
		'isAsked', choice IS NULL AND u.p2p_enabled IS NULL
			AND setting('peers.mode') = 'ask',
		'tracker', f.tracker,
		'hashes', coalesce(s.segments_sha256_url,
			hls_path(v, s.segments_sha256_filename)),
		'stun', setting('peers.stun'),
		'playlist', f.url,
		'swarms', (SELECT string_agg(convert_from(decode(ap_swarm(f.url,
			'main-' || i), 'hex'), 'UTF8'), ' ' ORDER BY i)
			FROM generate_series(0, f.nr - 1) i))
	FROM streaming_playlist s
	CROSS JOIN LATERAL (SELECT count(*) AS nr, coalesce(s.url,
			origin() || hls_path(v, s.playlist_filename)) AS url,
			CASE WHEN s.url IS NULL THEN tracker_socket_url(origin())
				ELSE remote_tracker_socket(v) END AS tracker
		FROM video_file x WHERE x.playlist_id = s.id AND x.has_video) f
	JOIN channel c ON c.id = (v).channel_id AND c.is_shared
	LEFT JOIN app_user u ON u.id = viewer
	WHERE s.video_id = (v).id AND f.nr > 0 AND f.tracker IS NOT NULL
		AND coalesce(s.segments_sha256_url, s.segments_sha256_filename)
			IS NOT NULL
		AND (s.url IS NULL) = ((v).host_id IS NULL)
		AND (v).state = 1 AND NOT (v).is_live AND video_is_listed(v)
		AND setting('peers.mode') <> 'off'
		AND 1 + coalesce((SELECT n.viewers FROM video_viewers n
			WHERE n.video_id = (v).id), 0)
			>= setting('peers.viewers_min')::bigint
$$;
GRANT SELECT (p2p_enabled) ON app_user TO cardume_page;
GRANT UPDATE (p2p_enabled) ON app_user TO cardume_page;

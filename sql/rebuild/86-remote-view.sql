-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Views between servers (federation.md 1.15). A View without `expires` is one
-- view more; one with it is somebody who watches until then, or, by the video's
-- own server, how many do. Job `viewing` counts (73-viewing.sql) and tells.

CREATE FUNCTION ap_context_view() RETURNS json IMMUTABLE LANGUAGE sql AS $$
	SELECT '
	["https://www.w3.org/ns/activitystreams",
	"https://w3id.org/security/v1",
	{"RsaSignature2017":"https://w3id.org/security#RsaSignature2017"},
	{"pt":"https://joinpeertube.org/ns#","sc":"http://schema.org/",
	"WatchAction":"sc:WatchAction",
	"InteractionCounter":"sc:InteractionCounter",
	"interactionType":"sc:interactionType",
	"userInteractionCount":"sc:userInteractionCount"}]'::json
$$;

-- --- theirs ------------------------------------------------------------------

-- How many watch, as a video's server says; NULL: it does not.
CREATE FUNCTION viewers_told(activity jsonb) RETURNS int
IMMUTABLE LANGUAGE sql AS $$
	SELECT CASE WHEN jsonb_typeof(r) = 'object'
		AND ap_type(r) = 'InteractionCounter'
		AND ap_text(r, 'interactionType') ~ '(^|[:/])WatchAction$'
		AND ap_number(r, 'userInteractionCount') >= 0
		THEN least(ap_number(r, 'userInteractionCount'),
			1000000000)::int END
	FROM (SELECT activity -> 'result' AS r) x
$$;

-- Somebody watches, or nobody any more. Whatever is said, no longer than ten
-- minutes.
CREATE FUNCTION remote_viewer_write(named text, video bigint, nr int,
	wanted timestamptz) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	IF nr = 0 THEN
		DELETE FROM remote_viewer r WHERE r.url = named;
		RETURN;
	END IF;
	INSERT INTO remote_viewer (url, video_id, viewers, until)
	VALUES (named, video, nr, least(wanted, now() + interval '10 minutes'))
	ON CONFLICT (url) DO UPDATE SET viewers = EXCLUDED.viewers,
		until = EXCLUDED.until, video_id = EXCLUDED.video_id;
END $$;

CREATE FUNCTION apply_view(signer bigint, activity jsonb, owner bigint)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	told constant text := ap_id(activity -> 'id');
	expires constant timestamptz := ap_time(activity, 'expires');
	nr constant int := viewers_told(activity);
	v video;
BEGIN
	SELECT * INTO v FROM video x
	WHERE x.id = known_video(ap_id(activity -> 'object'));
	IF v.id IS NULL THEN
		RETURN 'ignored: about nothing here';
	ELSIF v.host_id IS NOT NULL AND (nr IS NULL OR expires IS NULL
			OR v.host_id <> (SELECT a.host_id FROM actor a
				WHERE a.id = signer)) THEN
		RETURN 'ignored: its own server counts';
	ELSIF v.host_id IS NULL AND NOT video_is_fetchable(v) THEN
		PERFORM ap_refuse('the video is not told to other servers');
	ELSIF expires < now() THEN
		RETURN 'ignored: too late';
	ELSIF v.host_id IS NOT NULL THEN
		PERFORM remote_viewer_write(v.url, v.id, nr, expires);
		RETURN 'viewers';
	ELSIF told IS NULL THEN
		PERFORM ap_refuse('it has no id');
	ELSIF expires IS NOT NULL THEN
		PERFORM remote_viewer_write(told, v.id, 1, expires);
		RETURN 'viewer';
	END IF;
	INSERT INTO remote_view (url, video_id) VALUES (told, v.id)
	ON CONFLICT DO NOTHING;
	RETURN CASE WHEN FOUND THEN 'view' ELSE 'known' END;
END $$;

-- --- ours --------------------------------------------------------------------

-- A View by this server. `until` NULL: one that counts, which the video's server
-- will forward.
CREATE FUNCTION view_tell(v video, named text, until timestamptz, nr int)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	teller constant text := (SELECT actor_id(a) FROM actor a
		WHERE a.id = instance_actor());
	owner constant actor := video_account_actor(v);
BEGIN
	PERFORM activity_send(instance_actor(), json_strip_nulls(
		json_build_object('@context', ap_context_view(),
		'to', CASE WHEN v.host_id IS NULL THEN json_build_array(
			ap_public()) ELSE json_build_array(actor_id(owner)) END,
		'cc', CASE WHEN v.host_id IS NULL THEN json_build_array(
			actor_id(owner) || '/followers') ELSE '[]' END,
		'id', teller || '/views/videos/' || v.id || '/' || named,
		'type', 'View', 'actor', teller, 'object', video_url(v),
		'expires', iso(until), 'result', CASE WHEN nr IS NOT NULL
		THEN json_build_object('type', 'InteractionCounter',
			'interactionType', 'WatchAction',
			'userInteractionCount', nr) END)),
		CASE WHEN v.host_id IS NULL THEN video_audience(v)
			ELSE ARRAY[owner.id] END,
		CASE WHEN until IS NOT NULL THEN 'viewer ' || v.id || ' '
			|| named END,
		proof => until IS NULL);
END $$;

-- One of each of these videos of other servers was counted.
CREATE FUNCTION views_tell(videos bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	PERFORM view_tell(v, gen_random_uuid()::text, NULL, NULL)
	FROM unnest(videos) s (id) JOIN video v ON v.id = s.id
	WHERE v.host_id IS NOT NULL;
END $$;

-- Who watches now: each one a video of another server, by a name that nobody
-- knows from anything else; of ours how many, for the 200 most watched. For two
-- minutes, as PeerTube: half a minute longer than until the next time.
CREATE FUNCTION viewers_tell() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	until constant timestamptz := now() + interval '2 minutes';
BEGIN
	PERFORM view_tell(v, encode(substr(sha256(n.viewer ||
			int8send(n.session_id)), 1, 16), 'hex'), until, NULL)
	FROM (SELECT w.* FROM view_now w
		JOIN video r ON r.id = w.video_id AND r.host_id IS NOT NULL
		WHERE w.at > now() - interval '1 minute'
		ORDER BY w.at DESC LIMIT 1000) n
	JOIN video v ON v.id = n.video_id;
	PERFORM view_tell(v, 'viewers', until, w.viewers)
	FROM (SELECT * FROM video_viewers ORDER BY viewers DESC LIMIT 200) w
	JOIN video v ON v.id = w.video_id
	WHERE v.host_id IS NULL AND video_is_fetchable(v);
END $$;

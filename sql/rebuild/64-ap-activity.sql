-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Activities, the small objects, WebFinger and NodeInfo. What looks things up
-- for each item of a page is PL/pgSQL: it keeps its plan.

-- A path's UUID (query.h, type `video`); NULL for what a number names.
CREATE FUNCTION ap_uuid(named text) RETURNS uuid
IMMUTABLE LANGUAGE sql AS $$
	SELECT CASE WHEN named ~ '^[0-9]{1,18}$' THEN NULL ELSE named::uuid END
$$;

-- Activities ---------------------------------------------------------------

-- The members of a Create with the video in it.
CREATE FUNCTION ap_create(v ap_video) RETURNS text
STABLE LANGUAGE sql AS $$
	SELECT format('"to":%s,"cc":%s,"type":"Create","id":"%s/activity",'
		'"actor":"%s","object":{%s}', ap_to((v).privacy, (v).channel_url),
		ap_cc((v).privacy, (v).account_url), (v).url, (v).account_url,
		ap_video_members((v).keys, (v).links) ||
		ap_views((v).views))
$$;

-- The members of an Update with the video in it. Its id says when it was made.
CREATE FUNCTION ap_update(v ap_video) RETURNS text STABLE LANGUAGE sql AS $$
	SELECT format('"to":%s,"cc":%s,"type":"Update","id":"%s/updates/%s",'
		'"actor":"%s","object":{%s}', ap_to((v).privacy, (v).channel_url),
		ap_cc((v).privacy, (v).account_url), (v).url, iso(now()),
		(v).account_url, ap_video_members((v).keys, (v).links) ||
		ap_views((v).views))
$$;

-- A Create of an outbox, with the video's URL only.
CREATE FUNCTION ap_create_url(v video) RETURNS json
STABLE LANGUAGE plpgsql AS $$
DECLARE
	account text;
	channel text;
	url constant text := video_url(v);
BEGIN
	SELECT actor_url(aa.kind, aa.name), actor_url(ca.kind, ca.name)
	INTO account, channel
	FROM channel c
	JOIN account a ON a.id = c.account_id
	JOIN actor aa ON aa.id = a.actor_id
	JOIN actor ca ON ca.id = c.actor_id
	WHERE c.id = v.channel_id;
	RETURN json_build_object('to', ap_to(v.privacy, channel),
		'cc', ap_cc(v.privacy, account), 'type', 'Create',
		'id', url || '/activity', 'actor', account, 'object', url);
END $$;

CREATE FUNCTION announce_url(v video, actor_id bigint) RETURNS text
STABLE LANGUAGE sql AS $$
	SELECT video_url(v) || '/announces/' || actor_id
$$;

-- `sharer` tells its followers, and those of the account, of a public video.
CREATE FUNCTION ap_announce(v video, sharer actor) RETURNS json
STABLE LANGUAGE plpgsql AS $$
DECLARE
	account text;
	url constant text := video_url(v);
	sharer_url constant text := actor_url(sharer.kind, sharer.name);
BEGIN
	SELECT actor_url(aa.kind, aa.name) INTO account
	FROM channel c
	JOIN account a ON a.id = c.account_id
	JOIN actor aa ON aa.id = a.actor_id
	WHERE c.id = v.channel_id;
	RETURN json_build_object('to', json_build_array(ap_public(),
			sharer_url || '/followers', account || '/followers'),
		'cc', '[]'::json, 'type', 'Announce',
		'id', announce_url(v, sharer.id), 'actor', sharer_url,
		'object', url);
END $$;

-- The same as members, for a document of its own.
CREATE FUNCTION ap_announce_members(v video, sharer actor) RETURNS text
STABLE LANGUAGE sql AS $$
	SELECT regexp_replace(ap_announce(v, sharer)::text, '^\{|\}$', '', 'g')
$$;

-- Small objects ------------------------------------------------------------

-- A collection that tells only how many: its members have no URL here.
CREATE FUNCTION ap_count(id text, total bigint) RETURNS json
STABLE LANGUAGE sql AS $$
	SELECT json_build_object('@context', ap_context(), 'id', id,
		'type', 'OrderedCollection', 'totalItems', total)
$$;

CREATE FUNCTION ap_player_settings(object text, theme text) RETURNS json
STABLE LANGUAGE sql AS $$
	SELECT json_build_object('@context', ap_context_player_settings(),
		'id', object || '/player-settings', 'object', object,
		'type', 'PlayerSettings', 'theme', theme)
$$;

-- WebFinger ----------------------------------------------------------------

-- The name in acct:name@our-host or in the URL of an actor or of its page;
-- NULL for what is neither. Hosts and names are compared without case.
CREATE FUNCTION webfinger_name(resource text) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
	name text;
BEGIN
	IF resource ILIKE 'acct:%' THEN
		name := substring(resource FROM '^[Aa][Cc][Cc][Tt]:@?([^@]+)@[^@]+$');
		IF lower(resource) NOT LIKE
			'%@' || replace(lower(our_host()), '_', '\_') THEN
			RETURN NULL;
		END IF;
		RETURN lower(name);
	END IF;
	IF NOT starts_with(lower(resource), lower(origin()) || '/') THEN
		RETURN NULL;
	END IF;
	RETURN lower(substring(substr(resource, length(origin()) + 1)
		FROM '^/(?:accounts?|a|video-channels|c)/([A-Za-z0-9._-]+)/?$'));
END $$;

CREATE FUNCTION webfinger(resource text) RETURNS json
STABLE LANGUAGE plpgsql AS $$
DECLARE
	wanted constant text := webfinger_name(resource);
	found actor;
	url text;
	page text;
BEGIN
	IF wanted IS NULL THEN
		RAISE EXCEPTION 'resource must be acct:name@% or the URL of an actor '
			'of this instance', our_host() USING ERRCODE = 'PT400';
	END IF;
	SELECT * INTO found FROM actor a
	WHERE a.name = wanted AND a.host_id IS NULL;
	IF found IS NULL THEN
		RETURN NULL;
	END IF;
	url := actor_url(found.kind, found.name);
	page := actor_page(found.kind, found.name);
	RETURN json_build_object(
		'subject', CASE WHEN resource ILIKE 'acct:%' THEN resource
			ELSE 'acct:' || found.name || '@' || our_host() END,
		'aliases', CASE WHEN page = url THEN json_build_array(url)
			ELSE json_build_array(url, page) END,
		'links', jsonb_build_array(
			jsonb_build_object('rel', 'self',
				'type', 'application/activity+json', 'href', url),
			jsonb_build_object(
				'rel', 'http://webfinger.net/rel/profile-page',
				'type', 'text/html', 'href', page),
			jsonb_build_object(
				'rel', 'http://ostatus.org/schema/1.0/subscribe',
				'template', origin() ||
					'/remote-interaction?uri={uri}'))
			|| diaspora_links(found.id));
END $$;

-- NodeInfo -----------------------------------------------------------------

CREATE FUNCTION nodeinfo_users(days int) RETURNS bigint
STABLE LANGUAGE sql AS $$
	SELECT count(*) FROM app_user
	WHERE last_login_at > now() - make_interval(days => days)
$$;

CREATE FUNCTION nodeinfo(version text) RETURNS json
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN json_build_object('version', version,
		'software', json_build_object('name', 'cardume',
			'version', coalesce(nullif(
				current_setting('cardume.version', true), ''), 'unknown')),
		'protocols', json_build_array('activitypub'),
		'services', json_build_object('inbound', '[]'::json,
			'outbound', json_build_array('atom1.0', 'rss2.0')),
		'openRegistrations', false,
		'usage', json_build_object(
			'users', json_build_object(
				'total', (SELECT count(*) FROM app_user),
				'activeMonth', nodeinfo_users(30),
				'activeHalfyear', nodeinfo_users(180)),
			'localPosts', (SELECT count(*) FROM video v
				WHERE video_is_listed(v) AND v.host_id IS NULL),
			'localComments', (SELECT coalesce(sum(v.comments), 0)::bigint
				FROM video v WHERE video_is_listed(v)
					AND v.host_id IS NULL)),
		'metadata', json_build_object(
			'taxonomy', json_build_object('postsName', 'Videos'),
			'nodeName', coalesce(setting('instance.name'), our_host()),
			'nodeDescription',
				coalesce(setting('instance.short_description'), '')));
END $$;

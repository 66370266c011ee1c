-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Channels as the API makes and changes them, with whoever works on them.

-- The id of a channel that the viewer may change; 404, 403.
CREATE FUNCTION channel_edited(named text, viewer bigint) RETURNS bigint
STABLE LANGUAGE plpgsql AS $$
DECLARE
	channel constant bigint := channel_named(named);
BEGIN
	IF NOT channel_may_edit(channel, viewer) THEN
		PERFORM refuse('403', 'This channel belongs to somebody else.');
	END IF;
	RETURN channel;
END $$;

-- The same for what only its owner decides.
CREATE FUNCTION channel_ruled(named text, viewer bigint) RETURNS bigint
STABLE LANGUAGE plpgsql AS $$
DECLARE
	channel constant bigint := channel_named(named);
BEGIN
	IF channel_owner(channel) IS NULL
			OR NOT may_act_for(viewer, channel_owner(channel)) THEN
		PERFORM refuse('403', 'This channel belongs to somebody else.');
	END IF;
	RETURN channel;
END $$;

-- --- what is done in a channel -------------------------------------------------

-- Notes down who did what. `video` is told by what it is called now, since it
-- may be gone when somebody reads of it.
CREATE FUNCTION channel_act_write(channel bigint, viewer bigint, action int,
	target int, video bigint DEFAULT NULL, account bigint DEFAULT NULL)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO channel_activity (channel_id, account_id, action, target,
		data)
	SELECT c.id, account_of(viewer), action, target,
		jsonb_strip_nulls(jsonb_build_object(
		'video', (SELECT jsonb_build_object('id', v.id, 'name', v.name,
				'uuid', v.uuid, 'shortUUID', v.short_uuid,
				'isLive', false)
			FROM video v WHERE v.id = video),
		'targetAccount', (SELECT jsonb_build_object('username', r.name,
				'displayName', a.display_name)
			FROM account a JOIN actor r ON r.id = a.actor_id
			WHERE a.id = account)))
	FROM channel c WHERE c.id = channel;
END $$;

CREATE FUNCTION video_act_write(wanted bigint, viewer bigint, act int,
	account bigint DEFAULT NULL) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
	PERFORM channel_act_write(v.channel_id, viewer, act, 1, v.id, account)
	FROM video v WHERE v.id = wanted;
	RETURN wanted;
END $$;

CREATE FUNCTION activity_action(id int) RETURNS json
IMMUTABLE LANGUAGE sql AS $$
	SELECT json_build_object('id', id, 'label', (ARRAY['Create', 'Update',
		'Delete', 'Update captions', 'Update chapters',
		'Update passwords', 'Create studio tasks', 'Update source file',
		'Update elements', 'Remove channel ownership',
		'Create channel ownership', 'Send ownership request',
		'Accept ownership request', 'Refuse ownership request',
		'Update embed policy', 'Delete ownership request'])[id])
$$;

CREATE FUNCTION activity_target(id int) RETURNS json
IMMUTABLE LANGUAGE sql AS $$
	SELECT json_build_object('id', id, 'label', (ARRAY['Video', 'Playlist',
		'Channel', 'Channel synchronization', 'Video import'])[id])
$$;

CREATE FUNCTION activity_document(y channel_activity) RETURNS jsonb
STABLE LANGUAGE plpgsql AS $$
DECLARE
	made jsonb := jsonb_build_object('id', y.id,
		'action', activity_action(y.action),
		'targetType', activity_target(y.target),
		'details', '{}'::jsonb, 'createdAt', iso(y.created_at),
		'channel', (SELECT jsonb_build_object('id', c.id,
			'name', c.face -> 'name',
			'displayName', c.face -> 'displayName',
			'url', c.face -> 'url')
			FROM channel c WHERE c.id = y.channel_id));
BEGIN
	IF y.account_id IS NOT NULL THEN
		made := made || jsonb_build_object('account', (SELECT a.face
			FROM account a WHERE a.id = y.account_id));
	END IF;
	IF y.data ? 'video' THEN
		made := made || jsonb_build_object('video', y.data -> 'video'
			|| jsonb_build_object('url', origin() ||
				'/videos/watch/' ||
				(y.data #>> '{video,uuid}')));
	END IF;
	IF y.data ? 'targetAccount' THEN
		made := made || jsonb_build_object('targetAccount',
			y.data -> 'targetAccount' || jsonb_build_object('url',
				origin() || '/accounts/' ||
				(y.data #>> '{targetAccount,username}')));
	END IF;
	RETURN made;
END $$;

CREATE FUNCTION channel_activities(named text, viewer bigint, first int, nr int,
	sort text) RETURNS json
STABLE LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan AS $$
DECLARE
	channel constant bigint := channel_edited(named, viewer);
	total bigint;
BEGIN
	SELECT count(*) INTO total FROM (SELECT FROM channel_activity y
		WHERE y.channel_id = channel LIMIT 10000) limited;
	RETURN listed(total, (SELECT json_agg(activity_document(y) ORDER BY k.nr)
		FROM unnest(ARRAY(SELECT y.id FROM channel_activity y
			WHERE y.channel_id = channel
			ORDER BY
				CASE sort WHEN '-createdAt' THEN y.created_at
					END DESC,
				CASE sort WHEN '-createdAt' THEN y.id END DESC,
				y.created_at, y.id
			LIMIT nr OFFSET first)) WITH ORDINALITY k (id, nr)
		JOIN channel_activity y ON y.id = k.id));
END $$;

-- --- making, changing, deleting ------------------------------------------------

-- Refuses what channel_create would; asked first, for a key takes long.
CREATE FUNCTION channel_create_check(viewer bigint, name text) RETURNS text
STABLE LANGUAGE plpgsql AS $$
BEGIN
	IF name !~ '^[a-z0-9][a-z0-9._-]{0,49}$' THEN
		PERFORM refuse_field('name', 'Should be letters from a to z,'
			' digits, points, hyphens and low lines');
	ELSIF EXISTS (SELECT FROM used_name u WHERE u.name =
			channel_create_check.name) THEN
		PERFORM refuse('409', 'Another actor (account or channel) with'
			' this name on this instance already exists or has'
			' already existed.');
	ELSIF (SELECT count(*) FROM channel c
			WHERE c.account_id = account_of(viewer)) >=
			coalesce(setting('user.channels_max')::int, 20) THEN
		PERFORM refuse('400', 'You have as many channels as one may'
			' have here.');
	END IF;
	RETURN name;
END $$;

CREATE FUNCTION channel_text(form jsonb, member text, shortest int,
	longest int)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
	given constant text := nullif(form ->> member, '');
BEGIN
	IF jsonb_typeof(form -> member) NOT IN ('string', 'null')
			OR char_length(given) NOT BETWEEN shortest
				AND longest THEN
		PERFORM refuse_field(member, format(
			'Should be a text of %s to %s characters', shortest,
			longest));
	END IF;
	RETURN given;
END $$;

CREATE FUNCTION channel_flag(form jsonb, member text, otherwise boolean)
RETURNS boolean IMMUTABLE LANGUAGE sql AS $$
	SELECT coalesce((form ->> member)::boolean, otherwise)
$$;

-- A name that somebody else takes at the same moment is refused by its index.
CREATE FUNCTION channel_create(viewer bigint, form jsonb, public_key text,
	private_key text) RETURNS json LANGUAGE plpgsql AS $$
DECLARE
	name constant text := channel_create_check(viewer,
		lower(form ->> 'name'));
	mine constant bigint := account_of(viewer);
	new_actor bigint;
	made bigint;
BEGIN
	PERFORM FROM account WHERE id = mine FOR NO KEY UPDATE;
	PERFORM channel_create_check(viewer, name);
	INSERT INTO actor (kind, name, public_key)
	VALUES ('Group', name, public_key) RETURNING id INTO new_actor;
	INSERT INTO actor_key (actor_id, private_key)
	VALUES (new_actor, private_key);
	INSERT INTO channel (actor_id, account_id, display_name, description,
		support, is_shared)
	VALUES (new_actor, mine, channel_text(form, 'displayName', 1, 120),
		channel_text(form, 'description', 3, 1000),
		channel_text(form, 'support', 3, 1000),
		channel_flag(form, 'p2pEnabled', true))
	RETURNING id INTO made;
	PERFORM channel_act_write(made, viewer, 1, 3);
	RETURN json_build_object('videoChannel',
		json_build_object('id', made));
EXCEPTION WHEN unique_violation THEN
	PERFORM refuse('409', 'Another actor (account or channel) with this'
		' name on this instance already exists or has already existed.');
END $$;

-- What was sent takes the place of what is there.
CREATE FUNCTION channel_update(named text, viewer bigint, form jsonb)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	channel constant bigint := channel_edited(named, viewer);
BEGIN
	UPDATE channel c SET
		display_name = coalesce(channel_text(form, 'displayName', 1,
			120), c.display_name),
		description = CASE WHEN form ? 'description' THEN
			channel_text(form, 'description', 3, 1000)
			ELSE c.description END,
		support = CASE WHEN form ? 'support' THEN
			channel_text(form, 'support', 3, 1000)
			ELSE c.support END,
		is_shared = channel_flag(form, 'p2pEnabled', c.is_shared)
	WHERE c.id = channel;
	UPDATE actor a SET updated_at = now() FROM channel c
	WHERE c.id = channel AND a.id = c.actor_id;
	IF form -> 'bulkVideosSupportUpdate' IN ('true', '"true"') THEN
		UPDATE video v SET support = c.support FROM channel c
		WHERE c.id = channel AND v.channel_id = c.id
			AND v.support IS DISTINCT FROM c.support;
	END IF;
	PERFORM channel_act_write(channel, viewer, 2, 3);
	RETURN '';
END $$;

-- Its videos go with it. An account keeps one channel.
CREATE FUNCTION channel_delete(named text, viewer bigint) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	channel constant bigint := channel_ruled(named, viewer);
	home bigint;
BEGIN
	SELECT a.id INTO home FROM account a JOIN channel c
		ON c.account_id = a.id WHERE c.id = channel
	FOR NO KEY UPDATE OF a;
	IF (SELECT count(*) FROM channel c WHERE c.account_id = home) < 2 THEN
		PERFORM refuse('409', 'Cannot remove the last channel of this'
			' user');
	END IF;
	DELETE FROM actor a USING channel c
	WHERE c.id = channel AND a.id = c.actor_id;
	RETURN '';
END $$;

-- --- lists -----------------------------------------------------------------------

CREATE FUNCTION account_list(first int, nr int, sort text) RETURNS json
STABLE LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan AS $$
DECLARE
	total bigint;
	hidden constant record := muted(NULL);
BEGIN
	SELECT count(*) INTO total FROM (SELECT FROM actor r
		WHERE r.kind = 'Person' LIMIT 10000) limited;
	-- (an actor outlives its account)
	RETURN listed(total, (SELECT json_agg(o.document ORDER BY k.nr)
		FROM unnest(ARRAY(SELECT r.id FROM actor r
			WHERE r.kind = 'Person'
				AND coalesce(r.host_id, 0) <> ALL (hidden.hosts)
				AND NOT EXISTS (SELECT FROM account c
					WHERE c.actor_id = r.id
					AND c.id = ANY (hidden.accounts))
			ORDER BY
				CASE sort WHEN '-createdAt' THEN r.created_at
					END DESC,
				CASE sort WHEN '-createdAt' THEN r.id END DESC,
				r.created_at, r.id
			LIMIT nr OFFSET first)) WITH ORDINALITY k (id, nr)
		JOIN LATERAL (SELECT d.document
			FROM account_document d JOIN account a ON a.id = d.id
			WHERE a.actor_id = k.id) o ON true));
END $$;

-- Followers of these actors, each with what it follows; of every actor no more
-- than the page could need.
CREATE FUNCTION followers_listed(targets bigint[], first int, nr int,
	sort text, words text) RETURNS json
STABLE LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan AS $$
DECLARE
	pattern constant text := '%' || like_text(words) || '%';
	total bigint;
BEGIN
	SELECT count(*) INTO total FROM (SELECT FROM follow f
		JOIN actor r ON r.id = f.follower_id
		WHERE f.target_id = ANY (targets) AND f.state = 'accepted'
			AND (pattern IS NULL OR r.kind = 'Person'
				AND r.name LIKE pattern)
		LIMIT 10000) limited;
	RETURN listed(total, follow_items(ARRAY(SELECT w.id
		FROM unnest(targets) t (id)
		CROSS JOIN LATERAL (SELECT f.id, f.created_at FROM follow f
			JOIN actor r ON r.id = f.follower_id
			WHERE f.target_id = t.id AND f.state = 'accepted'
				AND (pattern IS NULL OR r.kind = 'Person'
					AND r.name LIKE pattern)
			ORDER BY CASE WHEN sort LIKE '-%' THEN f.created_at
				END DESC, f.created_at
			LIMIT first + nr) w
		ORDER BY CASE WHEN sort LIKE '-%' THEN w.created_at END DESC,
			w.created_at, w.id
		LIMIT nr OFFSET first)));
END $$;

CREATE FUNCTION channel_followers(named text, viewer bigint, first int, nr int,
	sort text, words text) RETURNS json STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN followers_listed(ARRAY(SELECT c.actor_id FROM channel c
			WHERE c.id = channel_edited(named, viewer)),
		first, nr, sort, words);
END $$;

-- Those of the account and of all its channels.
CREATE FUNCTION account_followers(named text, viewer bigint, first int, nr int,
	sort text, words text) RETURNS json STABLE LANGUAGE plpgsql AS $$
DECLARE
	a account;
BEGIN
	SELECT * INTO a FROM account WHERE id = account_named(named);
	IF NOT may_act_for(viewer, a.user_id) THEN
		PERFORM refuse('403', 'Only the owner of the account may see'
			' who follows it.');
	END IF;
	RETURN followers_listed(a.actor_id || ARRAY(SELECT c.actor_id
			FROM channel c WHERE c.account_id = a.id),
		first, nr, sort, words);
END $$;

-- A channel's success: views of each of the last 30 days. Strangers do not hear
-- of what is not public.
CREATE FUNCTION channel_stats(channel bigint, viewer bigint) RETURNS jsonb
STABLE LANGUAGE plpgsql AS $$
DECLARE
	sees_all constant boolean := channel_may_edit(channel, viewer);
BEGIN
	RETURN (SELECT jsonb_build_object('videosCount', count(*),
			'totalViews', coalesce(sum(v.views), 0))
		FROM video v WHERE v.channel_id = channel
			AND (sees_all OR video_is_listed(v))) ||
		jsonb_build_object('viewsPerDay', (SELECT jsonb_agg(
			jsonb_build_object('date', iso(d.day::timestamp
				AT TIME ZONE 'UTC'),
				'views', coalesce(w.views, 0)) ORDER BY d.day)
		FROM (SELECT (now() AT TIME ZONE 'UTC')::date - i AS day
			FROM generate_series(0, 29) i) d
		LEFT JOIN (SELECT y.day, sum(y.views) AS views
			FROM video v JOIN view_day y ON y.video_id = v.id
			WHERE v.channel_id = channel AND y.day >=
				(now() AT TIME ZONE 'UTC')::date - 29
				AND (sees_all OR video_is_listed(v))
			GROUP BY y.day) w ON w.day = d.day));
END $$;

-- The ids of an account's channels, with those it works on.
CREATE FUNCTION channels_of(account bigint, with_others boolean)
RETURNS bigint[] STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN ARRAY(SELECT c.id FROM channel c WHERE c.account_id = account
		UNION ALL SELECT k.channel_id FROM channel_collaborator k
		WHERE with_others AND k.account_id = account AND k.state = 2);
END $$;

CREATE FUNCTION account_channels(named text, viewer bigint, first int, nr int,
	sort text, words text, with_stats boolean, with_others boolean)
RETURNS json STABLE LANGUAGE plpgsql
SET plan_cache_mode = force_custom_plan AS $$
DECLARE
	account constant bigint := account_named(named);
	found bigint[];
BEGIN
	IF with_others AND NOT coalesce(may_act_for(viewer,
			(SELECT a.user_id FROM account a
			WHERE a.id = account)), false) THEN
		PERFORM refuse(CASE WHEN viewer IS NULL THEN '401'
			ELSE '403' END, 'Only the owner of the account may see'
			' on which channels it works.');
	END IF;
	found := ARRAY(SELECT c.id FROM channel c
		WHERE c.id = ANY (channels_of(account, with_others))
			AND strpos(lower(c.display_name),
				lower(coalesce(words, ''))) > 0);
	RETURN listed(cardinality(found), (SELECT json_agg(CASE WHEN with_stats
			THEN (d.document::jsonb || channel_stats(k.id,
				viewer))::json
			ELSE d.document END ORDER BY k.nr)
		FROM unnest(ARRAY(SELECT c.id
			FROM channel c JOIN actor a ON a.id = c.actor_id
			WHERE c.id = ANY (found)
			ORDER BY
				CASE WHEN sort IN ('-id', '-createdAt')
					THEN c.id END DESC,
				CASE WHEN sort = '-name' THEN a.name END DESC,
				CASE WHEN sort = '-updatedAt'
					THEN a.updated_at END DESC,
				CASE WHEN sort = 'name' THEN a.name END,
				CASE WHEN sort = 'updatedAt'
					THEN a.updated_at END,
				c.id
			LIMIT nr OFFSET first)) WITH ORDINALITY k (id, nr)
		JOIN channel_document d ON d.id = k.id));
END $$;

GRANT SELECT ON channel_collaborator TO cardume_page, cardume_api, cardume_ap,
	cardume_upload, cardume_worker;
GRANT INSERT, UPDATE, DELETE ON channel_collaborator TO cardume_api;
GRANT SELECT, INSERT ON channel_activity TO cardume_api;
GRANT INSERT ON channel_activity TO cardume_page, cardume_upload;

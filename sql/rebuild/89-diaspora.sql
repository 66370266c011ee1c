-- SPDX-License-Identifier: AGPL-3.0-or-later
-- diaspora* (federation.md 5): persons of pods follow channels and comment on
-- their videos. Entities are {"name", "fields": [[name, value] ...]}; job
-- `diaspora` (workers/diaspora.c) signs, seals and sends them, and proves what
-- comes before it gets here.

-- --- identity ----------------------------------------------------------------

CREATE FUNCTION diaspora_id(a actor) RETURNS text STABLE LANGUAGE sql AS $$
	SELECT CASE WHEN (a).host_id IS NULL THEN (a).name || '@' || our_host()
		ELSE (a).name END
$$;

CREATE FUNCTION diaspora_person_came() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	INSERT INTO diaspora_person (actor_id, guid)
	VALUES (NEW.id, replace(gen_random_uuid()::text, '-', ''));
	RETURN NULL;
END $$;
CREATE TRIGGER diaspora_person_came AFTER INSERT ON actor
	FOR EACH ROW WHEN (NEW.host_id IS NULL
		AND NEW.kind IN ('Group', 'Person'))
	EXECUTE FUNCTION diaspora_person_came();

-- Of ours by its GUID.
CREATE FUNCTION diaspora_ours(wanted text) RETURNS bigint
STABLE LANGUAGE sql AS $$
	SELECT p.actor_id FROM diaspora_person p
	WHERE p.guid = wanted AND p.pod IS NULL
$$;

CREATE FUNCTION diaspora_name(a actor) RETURNS text STABLE LANGUAGE sql AS $$
	SELECT coalesce((SELECT c.display_name FROM channel c
			WHERE c.actor_id = (a).id),
		(SELECT o.display_name FROM account o WHERE o.actor_id = (a).id),
		(a).name)
$$;

CREATE FUNCTION diaspora_picture(a actor) RETURNS text
STABLE LANGUAGE sql AS $$
	SELECT origin() || coalesce((SELECT '/lazy-static/avatars/' || i.filename
		FROM actor_image i WHERE i.actor_id = (a).id
			AND i.kind = 'avatar'
		ORDER BY abs(i.width - 300) LIMIT 1), '/favicon.ico')
$$;

-- The links of WebFinger that pods look for.
CREATE FUNCTION diaspora_links(wanted bigint) RETURNS jsonb
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN coalesce((SELECT jsonb_build_array(
		jsonb_build_object('rel', 'http://microformats.org/profile/hcard',
			'type', 'text/html',
			'href', origin() || '/hcard/users/' || p.guid),
		jsonb_build_object('rel',
			'http://joindiaspora.com/seed_location',
			'type', 'text/html', 'href', origin() || '/'),
		jsonb_build_object('rel', 'salmon',
			'href', origin() || '/receive/users/' || p.guid))
	FROM diaspora_person p WHERE p.actor_id = wanted AND p.pod IS NULL),
		'[]');
END $$;

-- The document of an hCard.
CREATE FUNCTION diaspora_hcard(wanted text) RETURNS json
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT json_build_object('guid', wanted, 'name', a.name,
		'fullName', diaspora_name(a), 'key', a.public_key,
		'url', actor_page(a.kind, a.name), 'picture', diaspora_picture(a))
	FROM actor a WHERE a.id = diaspora_ours(wanted) AND is_federating());
END $$;

-- --- persons of pods ---------------------------------------------------------

-- What WebFinger said of name@host: where the hCard is, and the pod; both are
-- of the same host.
CREATE FUNCTION diaspora_found(handle text, OUT hcard text, OUT pod text)
STABLE LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	jrd constant jsonb := (SELECT f.document FROM fetched f
		WHERE f.url = 'acct:' || handle AND f.status BETWEEN 200 AND 299);
	host constant text := split_part(handle, '@', 2);
BEGIN
	IF lower(ap_text(jrd, 'subject')) IS DISTINCT FROM 'acct:' || handle THEN
		RETURN;
	END IF;
	SELECT ap_text(l, 'href') INTO hcard FROM ap_list(ap_get(jrd, 'links')) l
	WHERE jsonb_typeof(l) = 'object'
		AND l ->> 'rel' = 'http://microformats.org/profile/hcard' LIMIT 1;
	SELECT rtrim(ap_text(l, 'href'), '/') INTO pod
	FROM ap_list(ap_get(jrd, 'links')) l WHERE jsonb_typeof(l) = 'object'
		AND l ->> 'rel' = 'http://joindiaspora.com/seed_location' LIMIT 1;
	IF ap_host(hcard) IS DISTINCT FROM host
			OR ap_host(pod) IS DISTINCT FROM host THEN
		hcard := NULL;
	END IF;
END $$;

-- The person with this diaspora* ID, its key, and whether that may be old.
CREATE FUNCTION diaspora_known(handle text)
RETURNS TABLE (id bigint, key text, is_old boolean)
STABLE LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	RETURN QUERY SELECT a.id, a.public_key,
		a.refreshed_at < now() - interval '5 minutes'
	FROM actor a JOIN diaspora_person p ON p.actor_id = a.id
	WHERE a.name = handle AND p.pod IS NOT NULL AND a.gone_at IS NULL
		AND NOT host_is_blocked(split_part(handle, '@', 2));
END $$;

-- Stores what an hCard says; NULL where its name is that of an actor who
-- speaks ActivityPub, which is the better way to follow.
CREATE FUNCTION diaspora_person_write(handle text, guid text, pem text,
	full_name text, pod text) RETURNS bigint LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	place constant text := pod || '/people/' || guid;
	written bigint;
BEGIN
	IF EXISTS (SELECT FROM actor a WHERE a.name = handle AND NOT EXISTS
			(SELECT FROM diaspora_person p WHERE p.actor_id = a.id))
		OR pem_public_key(pem) IS NULL
		OR host_is_blocked(split_part(handle, '@', 2)) THEN
		RETURN NULL;
	END IF;
	INSERT INTO actor AS a (kind, name, host_id, url, inbox, public_key,
		document, refreshed_at)
	VALUES ('Person', handle, host_write(split_part(handle, '@', 2)), place,
		pod || '/receive/public', pem_public_key(pem),
		'{"type": "diaspora"}', now())
	ON CONFLICT (name) DO UPDATE SET public_key = EXCLUDED.public_key,
		url = EXCLUDED.url, inbox = EXCLUDED.inbox, refreshed_at = now(),
		gone_at = NULL
	RETURNING a.id INTO written;
	INSERT INTO diaspora_person AS p (actor_id, guid, pod)
	VALUES (written, diaspora_person_write.guid, diaspora_person_write.pod)
	ON CONFLICT (actor_id) DO UPDATE SET guid = EXCLUDED.guid,
		pod = EXCLUDED.pod;
	INSERT INTO account AS o (actor_id, actor_kind, display_name)
	VALUES (written, 'Person', coalesce(ap_line(full_name, 120),
		left(username(handle), 120)))
	ON CONFLICT (actor_id) DO UPDATE
		SET display_name = EXCLUDED.display_name;
	RETURN written;
END $$;

-- --- sending -----------------------------------------------------------------

CREATE FUNCTION diaspora_job(wanted jsonb) RETURNS void LANGUAGE sql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
	INSERT INTO job (queue, max_attempt, payload) VALUES (16, 10, wanted)
$$;

CREATE FUNCTION diaspora_time(at timestamptz) RETURNS text
IMMUTABLE LANGUAGE sql AS $$
	SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
$$;

-- An entity in the name of our actor to some URLs; `options`: videoId (whose
-- post it is), authorId (who signs it as a relayable), key (it is sealed for).
CREATE FUNCTION diaspora_send(signer bigint, name text, fields json,
	urls text[], options jsonb DEFAULT '{}') RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	PERFORM diaspora_job(options || jsonb_build_object('what', 'sign',
		'actorId', signer, 'author', (SELECT diaspora_id(a) FROM actor a
			WHERE a.id = signer),
		'name', name, 'fields', fields, 'urls', urls))
	WHERE is_federating();
END $$;

-- The public inboxes of the pods that hear of what a channel does, and of what
-- happens to one of its videos.
CREATE FUNCTION diaspora_pods(channel_actor bigint, video bigint DEFAULT NULL)
RETURNS text[] STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN ARRAY(WITH heard AS MATERIALIZED (
		-- few of those who follow are of pods
		SELECT p.actor_id, p.pod FROM diaspora_person p
		JOIN follow f ON f.follower_id = p.actor_id
			AND f.target_id = channel_actor AND f.state = 'accepted'
		WHERE p.pod IS NOT NULL
		UNION SELECT p.actor_id, p.pod FROM diaspora_participant t
		JOIN diaspora_person p ON p.actor_id = t.actor_id
		WHERE t.video_id = video AND p.pod IS NOT NULL
	)
	SELECT DISTINCT h.pod || '/receive/public'
	FROM heard h JOIN actor a ON a.id = h.actor_id
	WHERE a.gone_at IS NULL AND NOT host_is_blocked(handle_host(a.name)));
END $$;

CREATE FUNCTION diaspora_channel(v video) RETURNS actor
STABLE LANGUAGE plpgsql AS $$
DECLARE
	found actor;
BEGIN
	SELECT a.* INTO found FROM channel c JOIN actor a ON a.id = c.actor_id
	WHERE c.id = v.channel_id;
	RETURN found;
END $$;

CREATE FUNCTION diaspora_guid(v video) RETURNS text
IMMUTABLE LANGUAGE sql AS $$
	SELECT replace((v).uuid::text, '-', '')
$$;

-- Title, link, description and hashtags, as Markdown.
CREATE FUNCTION diaspora_text(v video) RETURNS text STABLE LANGUAGE sql AS $$
	SELECT left(concat_ws(E'\n\n', '## [' || regexp_replace((v).name,
			'([][\\*_`<>])', '\\\1', 'g') || '](' || origin() ||
			'/w/' || (v).short_uuid || ')', (v).description,
		(SELECT string_agg('#' || regexp_replace(t, '[^[:alnum:]_]', '',
			'g'), ' ') FROM unnest((v).tags) t)), 65000)
$$;

CREATE FUNCTION diaspora_post_send(v video) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	channel constant actor := diaspora_channel(v);
BEGIN
	PERFORM diaspora_send(channel.id, 'status_message', json_build_array(
			json_build_array('author', diaspora_id(channel)),
			json_build_array('guid', diaspora_guid(v)),
			json_build_array('created_at',
				diaspora_time(v.published_at)),
			json_build_array('text', diaspora_text(v)),
			json_build_array('public', 'true')),
		diaspora_pods(channel.id),
		jsonb_build_object('videoId', v.id));
END $$;

CREATE FUNCTION diaspora_retract(v video, guid text, type text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	channel constant actor := diaspora_channel(v);
	urls constant text[] := diaspora_pods(channel.id, v.id);
BEGIN
	PERFORM diaspora_send(channel.id, 'retraction', json_build_array(
		json_build_array('author', diaspora_id(channel)),
		json_build_array('target_guid', guid),
		json_build_array('target_type', type)), urls)
	WHERE channel.id IS NOT NULL AND urls <> '{}';
END $$;

-- A video that everybody may see becomes a post once; what is hidden or
-- deleted is taken back.
CREATE FUNCTION diaspora_video_told() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	v video;
	is_known constant boolean := EXISTS (SELECT FROM diaspora_post p
		WHERE p.video_id = NEW.id);
	is_open boolean;
BEGIN
	SELECT * INTO v FROM video x WHERE x.id = NEW.id;
	is_open := coalesce(video_is_told(v) AND v.privacy = 1, false);
	IF is_open AND NOT is_known AND NOT EXISTS (SELECT FROM job j
			WHERE j.queue = 16 AND j.payload ->> 'videoId' =
				v.id::text) THEN
		PERFORM diaspora_post_send(v);
	ELSIF is_known AND NOT is_open AND v.id IS NOT NULL THEN
		PERFORM diaspora_retract(v, diaspora_guid(v), 'Post');
		DELETE FROM diaspora_post p WHERE p.video_id = v.id;
	END IF;
	RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER diaspora_video_told AFTER INSERT OR UPDATE OF privacy,
	state, is_blocked, published_at, files_are_public
	ON video DEFERRABLE INITIALLY DEFERRED
	FOR EACH ROW WHEN (NEW.host_id IS NULL)
	EXECUTE FUNCTION diaspora_video_told();

CREATE FUNCTION diaspora_video_gone() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	PERFORM diaspora_retract(OLD, diaspora_guid(OLD), 'Post')
	WHERE EXISTS (SELECT FROM diaspora_post p WHERE p.video_id = OLD.id);
	RETURN OLD;
END $$;
CREATE TRIGGER diaspora_video_gone BEFORE DELETE ON video
	FOR EACH ROW WHEN (OLD.host_id IS NULL)
	EXECUTE FUNCTION diaspora_video_gone();

-- What the worker has signed: kept where it is a post, and sent to each.
CREATE FUNCTION diaspora_signed_write(sent jsonb, body text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	INSERT INTO diaspora_post (video_id, envelope)
	SELECT v.id, body FROM video v
	WHERE v.id = (sent ->> 'videoId')::bigint
	ON CONFLICT (video_id) DO UPDATE SET envelope = EXCLUDED.envelope;
	PERFORM diaspora_job(jsonb_build_object('what', 'deliver', 'url', u,
		'body', body)) FROM jsonb_array_elements_text(sent -> 'urls') u;
END $$;

-- /fetch/:type/:guid
CREATE FUNCTION diaspora_fetch(type text, guid text) RETURNS text
STABLE LANGUAGE plpgsql AS $$
BEGIN
	IF guid !~ '^[0-9a-f]{32}$' OR type NOT IN ('post', 'status_message') THEN
		RETURN NULL;
	END IF;
	RETURN (SELECT p.envelope FROM diaspora_post p
		JOIN video v ON v.id = p.video_id
		WHERE v.uuid = guid::uuid AND video_is_told(v)
			AND v.privacy = 1);
END $$;

GRANT SELECT ON diaspora_person TO cardume_ap, cardume_page, cardume_worker;
GRANT SELECT ON diaspora_post TO cardume_ap;
REVOKE ALL ON FUNCTION diaspora_job, diaspora_signed_write, diaspora_found,
	diaspora_known, diaspora_person_write FROM PUBLIC;
GRANT EXECUTE ON FUNCTION diaspora_job, diaspora_signed_write, diaspora_found,
	diaspora_known, diaspora_person_write TO cardume_worker;

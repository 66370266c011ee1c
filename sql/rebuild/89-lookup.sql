-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What somebody names by an address: `@name@host` or the URL of a video, a
-- channel, an account, a playlist or a comment, here or elsewhere. What is not
-- known is fetched by a job (69-ap-attempt.sql).

-- A handle's `name@host`, or a URL; both NULL: no address.
CREATE FUNCTION address_read(written text, OUT handle text, OUT url text)
STABLE LANGUAGE sql AS $$
	SELECT CASE WHEN t ~* '^(acct:|web\+ap:)?[@!]?[^\s/@?#<>":]{1,128}@'
				'[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?(:[0-9]{1,5})?$'
			THEN handle(regexp_replace(t, '^(acct:|web\+ap:)?[@!]?',
				'', 'i')) END,
		CASE WHEN ap_host(t) IS NOT NULL
			THEN regexp_replace(t, '#.*$', '') END
	FROM btrim(left(written, 2000), E' \t\r\n') t
$$;

-- Of `url` all that it is known by: a page leads to a document, which names
-- its id.
CREATE FUNCTION address_names(url text) RETURNS text[]
STABLE LANGUAGE sql AS $$
	WITH RECURSIVE hop (at, nr) AS (
		SELECT address_names.url, 1
		UNION
		SELECT coalesce(f.document ->> 'isAt', f.document ->> 'id'),
			h.nr + 1
		FROM hop h JOIN fetched f ON f.url = h.at
		WHERE h.nr < 4 AND f.document IS NOT NULL
	)
	SELECT coalesce(array_agg(at), '{}') FROM hop WHERE at IS NOT NULL
$$;

-- Where our page of an actor is; NULL: there is none.
CREATE FUNCTION actor_path(wanted bigint) RETURNS text
STABLE LANGUAGE sql AS $$
	SELECT CASE WHEN c.id IS NOT NULL THEN '/c/' ELSE '/a/' END || a.name
	FROM actor a LEFT JOIN channel c ON c.actor_id = a.id
	LEFT JOIN account o ON o.actor_id = a.id AND o.actor_kind = 'Person'
	WHERE a.id = wanted AND num_nonnulls(c.id, o.id) > 0
$$;

-- What of another server is known by a URL.
CREATE FUNCTION address_of_theirs(url text, OUT kind text, OUT id bigint,
	OUT path text) STABLE LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	names constant text[] := address_names(url);
BEGIN
	SELECT k.kind, k.id, k.path INTO kind, id, path FROM (
		SELECT CASE WHEN actor_path(a.id) LIKE '/c/%' THEN 'channel'
				ELSE 'account' END AS kind, a.id,
			actor_path(a.id) AS path
		FROM actor a WHERE a.url = ANY (names)
			AND actor_path(a.id) IS NOT NULL
		UNION ALL
		SELECT 'video', v.id, '/w/' || v.short_uuid
		FROM video v WHERE v.url = ANY (names)
			AND v.privacy IN (1, 2)
		UNION ALL
		SELECT 'playlist', p.id, '/w/p/' || p.short_uuid
		FROM playlist p WHERE p.url = ANY (names)
		UNION ALL
		SELECT 'comment', c.id, '/w/' || v.short_uuid || '?thread='
			|| coalesce(c.thread_id, c.id) || '#comment-' || c.id
		FROM comment c JOIN video v ON v.id = c.video_id
		WHERE c.url = ANY (names) AND NOT c.held_for_review
			AND c.deleted_at IS NULL) k LIMIT 1;
END $$;

-- What is known here by an address; all NULL: nothing. Of ours it is the path
-- alone that is told (`id` is NULL): its page says whether it is there.
CREATE FUNCTION address_known(written text, OUT kind text, OUT id bigint,
	OUT path text) STABLE LANGUAGE plpgsql AS $$
DECLARE
	asked constant record := address_read(written);
BEGIN
	IF asked.handle IS NOT NULL THEN
		SELECT CASE WHEN p.path LIKE '/c/%' THEN 'channel'
			ELSE 'account' END, a.id, p.path INTO kind, id, path
		FROM actor a CROSS JOIN LATERAL (SELECT actor_path(a.id)) p (path)
		WHERE a.name = asked.handle AND p.path IS NOT NULL;
	ELSIF ap_is_ours(asked.url) THEN
		kind := 'ours';
		path := '/' || ltrim(regexp_replace(asked.url,
			'^https?://[^/?#]*', '', 'i'), '/\');
	ELSIF asked.url IS NOT NULL THEN
		SELECT t.kind, t.id, t.path INTO kind, id, path
		FROM address_of_theirs(asked.url) t;
	END IF;
END $$;

-- May it be asked for? As PeerTube's settings of these names.
CREATE FUNCTION lookup_allowed(viewer bigint) RETURNS boolean
STABLE LANGUAGE sql AS $$
	SELECT is_federating() AND setting(CASE WHEN viewer IS NULL
		THEN 'search.remote_uri.anonymous'
		ELSE 'search.remote_uri.users' END) = 'true'
$$;

CREATE FUNCTION lookup_key(written text) RETURNS text
STABLE LANGUAGE sql AS $$
	SELECT 'lookup ' || md5(coalesce(a.handle, a.url))
	FROM address_read(written) a
$$;

-- How a search by address stands. `state`: 'none' (no address), 'found' (then
-- `path`), 'refused' (viewer may not ask), 'waiting' (a job is at it), 'failed'
-- (it was tried within ten minutes, `why`), 'unknown' (not asked for yet).
CREATE FUNCTION lookup_state(written text, viewer bigint, OUT state text,
	OUT kind text, OUT id bigint, OUT path text, OUT why text,
	OUT job bigint)
STABLE LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	key constant text := lookup_key(written);
	j job;
BEGIN
	IF key IS NULL THEN
		state := 'none';
		RETURN;
	END IF;
	SELECT k.kind, k.id, k.path INTO kind, id, path
	FROM address_known(written) k;
	SELECT * INTO j FROM job x
	WHERE x.uniq = key AND x.created_at > now() - interval '10 minutes'
	ORDER BY x.id DESC LIMIT 1;
	state := CASE WHEN path IS NOT NULL THEN 'found'
		WHEN (address_read(written)).handle NOT LIKE '%@%' THEN 'failed'
		WHEN NOT lookup_allowed(viewer) THEN 'refused'
		WHEN j.state IN (0, 1) THEN 'waiting'
		WHEN j.state IS NOT NULL THEN 'failed'
		ELSE 'unknown' END;
	why := j.error;
	job := j.id;
END $$;

-- Has it fetched, before what nobody waits for. Its job; NULL: not allowed.
CREATE FUNCTION lookup_begin_write(written text, viewer bigint)
RETURNS bigint LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	asked constant record := address_read(written);
BEGIN
	IF NOT lookup_allowed(viewer) OR lookup_key(written) IS NULL THEN
		RETURN NULL;
	END IF;
	RETURN fetch_now_write(CASE WHEN asked.handle IS NOT NULL
		THEN jsonb_build_object('what', 'handle', 'handle', asked.handle)
		ELSE jsonb_build_object('what', 'object', 'url', asked.url) END,
		lookup_key(written));
END $$;

-- A job that somebody waits for: tried once.
CREATE FUNCTION fetch_now_write(wanted jsonb, about text) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
	made bigint;
BEGIN
	DELETE FROM job WHERE uniq = about AND state = 4;
	INSERT INTO job (queue, max_attempt, priority, payload, uniq)
	VALUES (15, 1, 1, wanted, about)
	ON CONFLICT (uniq) WHERE uniq IS NOT NULL AND state IN (0, 2, 3)
	DO UPDATE SET priority = 1 RETURNING id INTO made;
	RETURN made;
END $$;

-- --- to where somebody is at home --------------------------------------------

-- What the form "from your own server" is about, by the path of its page:
-- its id, and what to call it. No row: not there, or not for everybody.
CREATE FUNCTION interact_object(page text)
RETURNS TABLE (kind text, url text, name text, path text)
STABLE LANGUAGE plpgsql AS $$
DECLARE
	m constant text[] := regexp_match(page,
		'^/(w|c|a)/([^/?#]{1,255})(?:#comment-([0-9]{1,18}))?$');
BEGIN
	IF m[1] = 'w' THEN
		RETURN QUERY SELECT CASE WHEN c.id IS NULL THEN 'video'
				ELSE 'comment' END,
			CASE WHEN c.id IS NULL THEN video_url(v)
				ELSE comment_url(c, v.uuid) END, v.name, page
		FROM video v LEFT JOIN comment c ON c.id = m[3]::bigint
			AND c.video_id = v.id AND comment_is_told(c)
		WHERE v.short_uuid = m[2] AND v.is_published
			AND v.privacy IN (1, 2)
			AND (m[3] IS NULL OR c.id IS NOT NULL);
	ELSE
		RETURN QUERY SELECT CASE m[1] WHEN 'c' THEN 'channel'
				ELSE 'account' END, actor_id(a),
			coalesce(c.display_name, o.display_name), page
		FROM actor a LEFT JOIN channel c ON c.actor_id = a.id
		LEFT JOIN account o ON o.actor_id = a.id
		WHERE a.name = m[2]
			AND actor_path(a.id) = '/' || m[1] || '/' || m[2];
	END IF;
END $$;

-- Where `asked`, a handle, wants to be sent with our `url`: its server's page
-- for that (OStatus subscribe), of no other host than its own or that of the
-- actor that it names.
CREATE FUNCTION interact_url(asked text, url text) RETURNS text
STABLE LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	jrd constant jsonb := (SELECT f.document FROM fetched f
		WHERE f.url = 'acct:' || asked
			AND f.at > now() - interval '1 hour');
	template constant text := (SELECT ap_text(l, 'template')
		FROM ap_list(ap_get(jrd, 'links')) l
		WHERE jsonb_typeof(l) = 'object' AND l ->> 'rel' =
			'http://ostatus.org/schema/1.0/subscribe'
			AND ap_text(l, 'template') LIKE '%{uri}%' LIMIT 1);
	host constant text := ap_host(split_part(template, '{uri}', 1));
BEGIN
	IF host IS NULL OR (host <> handle_host(asked) AND host NOT IN (SELECT
			ap_host(w) FROM webfinger_actors(jrd) w)) THEN
		RETURN NULL;
	END IF;
	RETURN replace(template, '{uri}', url_part(url));
END $$;

-- Percent-encoded as a part of a query (RFC 3986, 2.3).
CREATE FUNCTION url_part(said text) RETURNS text
IMMUTABLE LANGUAGE sql AS $$
	SELECT coalesce(string_agg(CASE WHEN chr(b) ~ '[A-Za-z0-9._~-]'
		THEN chr(b) ELSE '%' || upper(lpad(to_hex(b), 2, '0')) END, ''
		ORDER BY i), '')
	FROM (SELECT i, get_byte(bytes, i) AS b FROM convert_to(said, 'UTF8')
		bytes, generate_series(0, octet_length(bytes) - 1) i) e
$$;

-- What WebFinger says of a handle, fetched. Its job; NULL: not to be asked.
CREATE FUNCTION interact_begin_write(asked text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	IF NOT is_federating() OR asked NOT LIKE '%@%' THEN
		RETURN NULL;
	END IF;
	RETURN fetch_now_write(jsonb_build_object('what', 'webfinger',
		'handle', asked), 'webfinger ' || md5(asked));
END $$;

CREATE FUNCTION fetch_webfinger(argument jsonb) RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
	RETURN CASE WHEN ap_fetched('acct:' || (argument ->> 'handle')) IS NULL
		THEN 'nobody' ELSE 'somebody' END;
END $$;

REVOKE EXECUTE ON FUNCTION lookup_begin_write(text, bigint),
	interact_begin_write(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION lookup_begin_write(text, bigint),
	interact_begin_write(text) TO cardume_page, cardume_api;

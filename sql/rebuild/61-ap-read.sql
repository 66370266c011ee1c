-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Reading what others say. Any member may be a text, an object or a list of
-- them (federation.md 3.9); these functions take all of it and never fail:
-- what cannot be understood is NULL.
--
-- How it is applied: a function of this and the following files is written as
-- if all documents were at hand. One that is not makes it end with ap_need(),
-- which takes back all it did; the worker (workers/resolve.c) fetches that
-- document under its limits, hands it to fetched_write() and calls again.

-- --- how applying ends -----------------------------------------------------

-- The document at `url` is wanted first. Also `acct:name@host`: WebFinger's, and
-- `nodeinfo:host`: what NodeInfo says of where things are.
CREATE FUNCTION ap_need(url text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION USING ERRCODE = 'AP001', MESSAGE = url;
END $$;

-- Never: the reason is counted and kept for admins.
CREATE FUNCTION ap_refuse(why text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION USING ERRCODE = 'AP002', MESSAGE = why;
END $$;

-- Not now: some other server has a trouble that may pass.
CREATE FUNCTION ap_later(why text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION USING ERRCODE = 'AP003', MESSAGE = why;
END $$;

-- --- members -----------------------------------------------------------------

-- A member, also under one of the prefixes that some programs write.
CREATE FUNCTION ap_get(document jsonb, key text) RETURNS jsonb
IMMUTABLE LANGUAGE sql AS $$
	SELECT nullif(coalesce(document -> key, document -> ('_:' || key),
		document -> ('pt:' || key), document -> ('as:' || key)), 'null')
$$;

-- Always a list.
CREATE FUNCTION ap_list(value jsonb) RETURNS SETOF jsonb
IMMUTABLE LANGUAGE sql AS $$
	SELECT e FROM jsonb_array_elements(CASE jsonb_typeof(value)
		WHEN 'array' THEN value
		WHEN 'null' THEN '[]'
		ELSE coalesce(jsonb_build_array(value), '[]') END) e
	WHERE value IS NOT NULL AND e <> 'null'
$$;

-- (What is read most is PL/pgSQL: a function of SQL that is not folded into its
-- caller is planned anew in each transaction, which costs more than all else.)

-- A value, or the first of a list.
CREATE FUNCTION ap_first(value jsonb) RETURNS jsonb
IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
	IF jsonb_typeof(value) = 'array' THEN
		RETURN (SELECT e FROM jsonb_array_elements(value) e
			WHERE e <> 'null' LIMIT 1);
	END IF;
	RETURN nullif(value, 'null');
END $$;

-- The id of what is named: a text, an object's `id` or a Link's `href`; of a
-- list the first one's.
CREATE FUNCTION ap_id(value jsonb) RETURNS text
IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
	e jsonb := value;
BEGIN
	IF jsonb_typeof(e) = 'array' THEN
		e := ap_first(e);
	END IF;
	IF jsonb_typeof(e) = 'string' THEN
		RETURN e #>> '{}';
	ELSIF jsonb_typeof(e) <> 'object' THEN
		RETURN NULL;
	ELSIF jsonb_typeof(e -> 'id') = 'string' THEN
		RETURN e ->> 'id';
	ELSIF jsonb_typeof(e -> 'href') = 'string' THEN
		RETURN e ->> 'href';
	ELSIF jsonb_typeof(e -> 'url') = 'string' THEN
		RETURN e ->> 'url';
	END IF;
	RETURN NULL;
END $$;

CREATE FUNCTION ap_ids(value jsonb) RETURNS text[]
IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN ARRAY(SELECT i FROM ap_list(value) e
		CROSS JOIN LATERAL ap_id(e) i WHERE i IS NOT NULL);
END $$;

-- The first text of a member; numbers are taken for texts.
CREATE FUNCTION ap_text(document jsonb, key text) RETURNS text
IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
	value jsonb := ap_get(document, key);
BEGIN
	IF jsonb_typeof(value) = 'array' THEN
		value := (SELECT e FROM jsonb_array_elements(value) e
			WHERE jsonb_typeof(e) IN ('string', 'number') LIMIT 1);
	END IF;
	RETURN CASE WHEN jsonb_typeof(value) IN ('string', 'number')
		THEN value #>> '{}' END;
END $$;

-- A number, also one written as a text; NULL where it is none or too large.
CREATE FUNCTION ap_number(document jsonb, key text) RETURNS bigint
IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
	written constant text := ap_text(document, key);
BEGIN
	RETURN CASE WHEN written ~ '^-?[0-9]{1,15}(\.[0-9]{1,15})?$'
		THEN round(written::numeric)::bigint END;
END $$;

CREATE FUNCTION ap_flag(document jsonb, key text) RETURNS boolean
IMMUTABLE LANGUAGE sql AS $$
	SELECT CASE ap_get(document, key) WHEN 'true' THEN true
		WHEN '"true"' THEN true WHEN 'false' THEN false
		WHEN '"false"' THEN false END
$$;

-- `Note` of "Note", ["Note"] or "as:Note"; the first of several.
CREATE FUNCTION ap_type(document jsonb) RETURNS text
IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
	written constant text := left(coalesce(ap_text(document, 'type'),
		ap_text(document, '@type')), 100);
BEGIN
	RETURN CASE WHEN written LIKE 'as:%' THEN substr(written, 4)
		WHEN written LIKE 'https://www.w3.org/ns/activitystreams#%'
		THEN split_part(written, '#', 2) ELSE written END;
END $$;

-- A time; NULL where it is none (or not of this world).
CREATE FUNCTION ap_time(document jsonb, key text) RETURNS timestamptz
STABLE LANGUAGE plpgsql AS $$
DECLARE
	written constant text := ap_text(document, key);
	t timestamptz;
BEGIN
	IF written !~ '^\d{4}-\d\d-\d\dT\d\d:\d\d' THEN
		RETURN NULL;
	END IF;
	t := written::timestamptz;
	RETURN CASE WHEN t BETWEEN '1900-01-01' AND now() + interval '100 years'
		THEN t END;
EXCEPTION WHEN data_exception THEN
	RETURN NULL;
END $$;

-- host[:port] of an http(s) URL without credentials, as `host.name` has it;
-- NULL for whatever else. (The fetcher looks at it again, with its own parser.)
-- No regular expression: PostgreSQL keeps few of them compiled.
CREATE FUNCTION ap_host(url text) RETURNS text
IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
	place text := split_part(url, '/', 3);
	is_https boolean;
	name text;
	port text;
BEGIN
	-- nearly all of them, in few steps, each of which is paid for
	IF octet_length(url) <= 2000 AND place <> ''
			AND (starts_with(url, 'https://')
				OR starts_with(url, 'http://'))
			AND translate(place, 'abcdefghijklmnopqrstuvwxyz'
				'0123456789._-', '') = ''
			AND url = translate(url, E' \t\n\r\f\x0b\b<>"\\\x7f', '') THEN
		RETURN place;
	END IF;
	is_https := starts_with(lower(left(url, 8)), 'https://');
	IF url IS NULL OR octet_length(url) > 2000 OR NOT (is_https
			OR starts_with(lower(left(url, 7)), 'http://'))
		OR url <> translate(url, E' \t\n\r\f\x0b\b<>"\\\x7f', '') THEN
		RETURN NULL;
	END IF;
	place := lower(split_part(split_part(split_part(substr(url,
		CASE WHEN is_https THEN 9 ELSE 8 END), '/', 1), '?', 1), '#', 1));
	name := CASE WHEN starts_with(place, '[')
		THEN split_part(place, ']', 1) || ']'
		ELSE split_part(place, ':', 1) END;
	port := substr(place, length(name) + 1);
	IF NOT starts_with(place, name) OR name IN ('', '[]') OR port <> '' AND port !~ '^:[0-9]{1,5}$'
			OR (CASE WHEN starts_with(name, '[')
			THEN translate(name, '0123456789abcdef:.', '') <> '[]'
			ELSE translate(name, 'abcdefghijklmnopqrstuvwxyz'
				'0123456789._-', '') <> '' END) THEN
		RETURN NULL;
	END IF;
	RETURN name || CASE WHEN port = CASE WHEN is_https THEN ':443'
		ELSE ':80' END THEN '' ELSE port END;
END $$;

-- Its page for people at its origin, on its own server; without one its id.
CREATE FUNCTION ap_page(document jsonb) RETURNS text
IMMUTABLE LANGUAGE sql AS $$
	SELECT coalesce((SELECT p.url
		FROM ap_list(ap_get(document, 'url')) WITH ORDINALITY u (e, nr)
		CROSS JOIN LATERAL (SELECT ap_id(e) AS url, CASE
			WHEN jsonb_typeof(e) = 'object'
			THEN ap_text(e, 'mediaType') END AS kind) p
		WHERE coalesce(p.kind, 'text/html') = 'text/html'
			AND ap_host(p.url) = ap_host(document ->> 'id')
		ORDER BY nr LIMIT 1), document ->> 'id')
$$;

CREATE FUNCTION ap_is_ours(url text) RETURNS boolean
STABLE LANGUAGE sql AS $$
	SELECT ap_host(url) = our_host()
$$;

-- The row of a server; made when it is new.
CREATE FUNCTION host_write(named text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	found bigint := host_named(named);
BEGIN
	IF found IS NULL THEN
		INSERT INTO host (name) VALUES (lower(named))
		ON CONFLICT (name) DO UPDATE SET name = EXCLUDED.name
		RETURNING id INTO found;
	END IF;
	RETURN found;
END $$;

-- --- audience ----------------------------------------------------------------

CREATE FUNCTION ap_names_public(value jsonb) RETURNS boolean
IMMUTABLE LANGUAGE sql AS $$
	SELECT ap_ids(value) && ARRAY['as:Public', 'Public',
		'https://www.w3.org/ns/activitystreams#Public']
$$;

-- Said to everybody: Public is in `to` or `cc`, and it is no direct message.
CREATE FUNCTION ap_is_public(document jsonb) RETURNS boolean
IMMUTABLE LANGUAGE sql AS $$
	SELECT (ap_names_public(document -> 'to')
			OR ap_names_public(document -> 'cc'))
		AND ap_flag(document, 'directMessage') IS NOT TRUE
$$;

-- --- documents of elsewhere --------------------------------------------------

-- The host that is asked for a document of discovery, which has no id; NULL: it
-- is a URL.
CREATE FUNCTION ap_asked_host(wanted text) RETURNS text
IMMUTABLE LANGUAGE sql AS $$
	SELECT substring(wanted FROM '^(?:acct:[^@]+@|nodeinfo:)'
		'([A-Za-z0-9._-]+(?::[0-9]{1,5})?)$')
$$;

-- What the fetcher got for `asked`: `final` is where redirects led. A document
-- is taken from its id's own host only; where its id is another URL of that
-- host, that one is to be asked. Status 0: `error` says what was wrong.
CREATE FUNCTION fetched_write(asked text, status int, document jsonb,
	final text, error text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	id constant text := document ->> 'id';
BEGIN
	-- 300: a page, which says where its document is
	IF document IS NOT NULL AND ap_asked_host(asked) IS NULL
			AND status <> 300 THEN
		IF id IS NULL OR ap_host(id) IS DISTINCT FROM ap_host(final) THEN
			status := 0;
			error := 'its id is not of the server that it came from';
			document := NULL;
		ELSIF id <> final AND id <> asked
				AND ap_type(document) IS NOT NULL THEN
			document := jsonb_build_object('isAt', id);
		END IF;
	END IF;
	INSERT INTO fetched (url, status, document, error)
	VALUES (asked, status, document, left(error, 1000))
	ON CONFLICT (url) DO UPDATE SET status = EXCLUDED.status,
		document = EXCLUDED.document, error = EXCLUDED.error,
		at = now();
END $$;

-- Refuses what is never asked for: what is no address, ours, and blocked
-- servers'.
CREATE FUNCTION ap_may_fetch(wanted text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	IF wanted IS NULL OR octet_length(wanted) > 2000
			OR coalesce(ap_asked_host(wanted), ap_host(wanted))
				IS NULL THEN
		PERFORM ap_refuse('not an address: '
			|| coalesce(left(wanted, 200), 'nothing'));
	ELSIF ap_is_ours(wanted) OR lower(ap_asked_host(wanted)) = our_host()
	THEN
		PERFORM ap_refuse('ours, and not there: ' || left(wanted, 200));
	ELSIF host_is_blocked(coalesce(ap_host(wanted),
			ap_asked_host(wanted))) THEN
		PERFORM ap_refuse('blocked server: ' || left(wanted, 200));
	END IF;
END $$;

-- Its row, no older than `fresh`, failures than half a minute; wanted
-- otherwise.
CREATE FUNCTION ap_fetched_row(wanted text, fresh interval)
RETURNS fetched LANGUAGE plpgsql AS $$
DECLARE
	f fetched;
BEGIN
	PERFORM ap_may_fetch(wanted);
	SELECT * INTO f FROM fetched x WHERE x.url = wanted AND x.at > now()
		- CASE WHEN x.document IS NULL AND x.status NOT IN (404, 410)
			THEN least(fresh, '30 seconds') ELSE fresh END;
	IF f.url IS NULL THEN
		PERFORM ap_need(wanted);
	END IF;
	RETURN f;
END $$;

-- The document at a URL of another server, no older than five minutes; NULL:
-- its origin says that there is none (404, 410). Ends otherwise where it cannot
-- be had.
CREATE FUNCTION ap_fetched(wanted text, fresh interval DEFAULT '5 minutes')
RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
	f fetched := ap_fetched_row(wanted, fresh);
BEGIN
	IF f.document ? 'isAt' AND f.document ->> 'id' IS NULL THEN
		-- once: that document names itself
		f := ap_fetched_row(f.document ->> 'isAt', fresh);
		IF f.document ? 'isAt' THEN
			PERFORM ap_refuse('names another id each time: '
				|| left(wanted, 200));
		END IF;
	END IF;
	IF f.status IN (404, 410) THEN
		RETURN NULL;
	ELSIF f.document IS NULL AND (f.status BETWEEN 500 AND 599
			OR f.status IN (408, 429)) THEN
		PERFORM ap_later(format('%s answered %s', left(wanted, 200),
			f.status));
	ELSIF f.document IS NULL THEN
		PERFORM ap_refuse(format('%s: %s', left(wanted, 200),
			coalesce(f.error, 'answered ' || f.status)));
	ELSIF host_is_blocked(ap_host(f.document ->> 'id')) THEN
		-- where a redirect led
		PERFORM ap_refuse('blocked server: ' || left(wanted, 200));
	END IF;
	RETURN f.document;
END $$;

-- The same, got since the activity at hand came, whose change it is to show.
CREATE FUNCTION ap_fetched_anew(wanted text) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
	came constant timestamptz := nullif(
		current_setting('cardume.activity_came', true), '');
BEGIN
	RETURN ap_fetched(wanted, coalesce(now() - came, '1 minute'));
END $$;

GRANT SELECT, INSERT, UPDATE ON host TO cardume_worker, cardume_ap;
GRANT SELECT ON host TO cardume_page, cardume_api, cardume_upload;
GRANT SELECT, INSERT, UPDATE, DELETE ON fetched TO cardume_worker;

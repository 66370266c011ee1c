-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Actors of other servers: found by their URL or handle, kept as rows beside
-- ours, and forgotten when their origin says so (federation.md 1.3, 2.6, 3.9).

-- Something to be fetched, by job `fetch`; one that waits for the same is
-- enough.
CREATE FUNCTION fetch_later(wanted jsonb, about text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO job (queue, max_attempt, payload, uniq)
	VALUES (15, 8, wanted, about)
	ON CONFLICT (uniq) WHERE uniq IS NOT NULL AND state IN (0, 2, 3)
	DO NOTHING;
END $$;

-- --- reading a document ------------------------------------------------------

-- What it is here; NULL: no actor. A bot is a person, so that its account
-- stays what it is when its owner says that it is none.
CREATE FUNCTION ap_actor_kind(document jsonb) RETURNS text
IMMUTABLE LANGUAGE sql AS $$
	SELECT CASE ap_type(document) WHEN 'Person' THEN 'Person'
		WHEN 'Service' THEN 'Person' WHEN 'Organization' THEN 'Person'
		WHEN 'Group' THEN 'Group' WHEN 'Application' THEN 'Application'
		END
$$;

-- A URL of the actor's own server, or NULL.
CREATE FUNCTION ap_own_url(document jsonb, url text) RETURNS text
IMMUTABLE LANGUAGE sql AS $$
	SELECT CASE WHEN ap_host(url) = ap_host(document ->> 'id') THEN url END
$$;

-- A length as DER (ITU-T X.690, 8.1.3) has it, of up to 65,535 bytes.
CREATE FUNCTION der_length(nr int) RETURNS bytea IMMUTABLE LANGUAGE sql AS $$
	SELECT CASE WHEN nr < 128 THEN set_byte('\x00', 0, nr)
		WHEN nr < 256 THEN set_byte('\x8100', 1, nr)
		ELSE set_byte(set_byte('\x820000', 1, nr >> 8), 2, nr & 255) END
$$;

-- A public key as PEM of a SubjectPublicKeyInfo (RFC 5280, 4.1). Funkwhale,
-- Mobilizon and Pleroma write RSA keys bare (RFC 8017, A.1.1): those get their
-- algorithm put before them. NULL: whatever else.
CREATE FUNCTION pem_public_key(written text) RETURNS text
IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
	pem constant text := btrim(replace(written, E'\r', ''), E' \n\t');
	bits bytea;
BEGIN
	IF octet_length(pem) > 5000 THEN
		RETURN NULL;
	ELSIF pem LIKE '-----BEGIN PUBLIC KEY-----%' THEN
		RETURN pem || E'\n';
	ELSIF pem NOT LIKE '-----BEGIN RSA PUBLIC KEY-----%' THEN
		RETURN NULL;
	END IF;
	bits := decode(substring(pem FROM '^-----BEGIN RSA PUBLIC KEY-----'
		'([A-Za-z0-9+/=\n]+)-----END RSA PUBLIC KEY-----$'), 'base64');
	bits := '\x00'::bytea || bits;
	bits := '\x300d06092a864886f70d0101010500'::bytea || '\x03'::bytea ||
		der_length(octet_length(bits)) || bits;
	bits := '\x30'::bytea || der_length(octet_length(bits)) || bits;
	RETURN E'-----BEGIN PUBLIC KEY-----\n' || encode(bits, 'base64') ||
		E'\n-----END PUBLIC KEY-----\n';
EXCEPTION WHEN data_exception THEN
	RETURN NULL;
END $$;

-- Its first key that is its own and that we can use.
CREATE FUNCTION ap_key(document jsonb, OUT id text, OUT pem text)
IMMUTABLE LANGUAGE sql AS $$
	SELECT k.id, k.pem
	FROM ap_list(ap_get(document, 'publicKey')) e
	CROSS JOIN LATERAL (SELECT ap_own_url(document, ap_id(e)) AS id,
		CASE WHEN jsonb_typeof(e) = 'object'
			AND coalesce(ap_id(ap_get(e, 'owner')),
				document ->> 'id') = document ->> 'id'
		THEN pem_public_key(ap_text(e, 'publicKeyPem')) END AS pem) k
	WHERE k.id IS NOT NULL AND k.pem IS NOT NULL
	LIMIT 1
$$;

-- One line without control characters, cut to fit; NULL where nothing is left.
CREATE FUNCTION ap_line(said text, most int) RETURNS text
IMMUTABLE LANGUAGE sql AS $$
	SELECT nullif(btrim(left(btrim(regexp_replace(said,
		'[[:cntrl:]]+', ' ', 'g')), most)), '')
$$;

-- The URL of an avatar (`icon`) or a banner (`image`): of several sizes the one
-- next to 512 pixels.
CREATE FUNCTION ap_picture(document jsonb, key text) RETURNS text
IMMUTABLE LANGUAGE sql AS $$
	SELECT p.url FROM ap_list(ap_get(document, key)) WITH ORDINALITY i (e, nr)
	CROSS JOIN LATERAL (SELECT coalesce(ap_id(ap_get(i.e, 'url')),
		CASE jsonb_typeof(i.e) WHEN 'string' THEN i.e #>> '{}'
			ELSE i.e ->> 'href' END) AS url) p
	WHERE ap_host(p.url) IS NOT NULL
	ORDER BY abs(coalesce(ap_number(CASE jsonb_typeof(i.e)
			WHEN 'object' THEN i.e END, 'width'), 512) - 512), i.nr
	LIMIT 1
$$;

-- Markdown (PeerTube's actors, which have playlists) or HTML (all others').
CREATE FUNCTION ap_summary_is_html(document jsonb) RETURNS boolean
IMMUTABLE LANGUAGE sql AS $$
	SELECT coalesce(ap_text(document, 'summary') ~ '</?[a-zA-Z][^>]*>'
		AND coalesce(ap_text(document, 'mediaType') NOT IN
			('text/markdown', 'text/plain'), true)
		AND ap_get(document, 'playlists') IS NULL, false)
$$;

CREATE FUNCTION ap_summary(document jsonb) RETURNS text
IMMUTABLE LANGUAGE sql AS $$
	SELECT CASE WHEN char_length(s.said) >= 3 THEN s.said END
	FROM (SELECT left(btrim(ap_text(document, 'summary')), CASE
		WHEN ap_summary_is_html(document) THEN 10000 ELSE 1000 END)
		AS said) s
$$;

-- What is wrong with a document as one of an actor, or NULL.
CREATE FUNCTION ap_actor_wrong(document jsonb) RETURNS text
STABLE LANGUAGE sql AS $$
	SELECT CASE WHEN jsonb_typeof(document) IS DISTINCT FROM 'object'
			OR ap_actor_kind(document) IS NULL
		THEN 'not an actor'
	WHEN ap_host(document ->> 'id') IS NULL THEN 'no id'
	WHEN ap_is_ours(document ->> 'id') THEN 'an id of ours'
	WHEN ap_own_url(document, ap_id(ap_get(document, 'inbox'))) IS NULL
		THEN 'no inbox on its own server'
	WHEN coalesce(ap_text(document, 'preferredUsername')
			!~ '^[^[:space:][:cntrl:]/@?#<>"]{1,128}$', true)
		THEN 'no name that can be used' END
$$;

-- --- names -------------------------------------------------------------------

-- WebFinger's answer about acct:name@host (RFC 7033); NULL where there is none.
CREATE FUNCTION webfinger_known(acct text) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
	jrd jsonb;
BEGIN
	jrd := ap_fetched(acct);
	RETURN CASE WHEN jsonb_typeof(jrd) = 'object' THEN jrd END;
EXCEPTION WHEN SQLSTATE 'AP002' OR SQLSTATE 'AP003' THEN
	RETURN NULL;
END $$;

-- The ids of the actors an answer of WebFinger is about: mostly one, Lemmy has
-- a person and a group of the same name.
CREATE FUNCTION webfinger_actors(jrd jsonb) RETURNS SETOF text
IMMUTABLE LANGUAGE sql AS $$
	SELECT ap_text(l, 'href') FROM ap_list(ap_get(jrd, 'links')) l
	WHERE jsonb_typeof(l) = 'object' AND l ->> 'rel' = 'self'
		AND (l ->> 'type' LIKE 'application/activity+json%'
			OR l ->> 'type' LIKE 'application/ld+json%')
		AND ap_host(ap_text(l, 'href')) IS NOT NULL
$$;

-- The handle of who calls itself `username` at `id`: the host of the id, or the
-- one that WebFinger names there where that one says the same.
CREATE FUNCTION remote_actor_name(id text, username text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	plain constant text := username || '@' || ap_host(id);
	jrd constant jsonb := webfinger_known('acct:' || plain);
	subject constant text := lower(substring(ap_text(jrd, 'subject')
		FROM '^(?:acct:)?@?(.+)$'));
BEGIN
	IF jrd IS NULL OR NOT EXISTS (SELECT FROM webfinger_actors(jrd)) THEN
		RETURN lower(plain);
	ELSIF id NOT IN (SELECT webfinger_actors(jrd)) THEN
		PERFORM ap_refuse('its name is another actor''s: ' || plain);
	ELSIF subject = lower(plain) OR split_part(subject, '@', 2) = our_host()
			OR subject !~ '^[^[:space:][:cntrl:]/@?#<>"]{1,128}'
				'@[a-z0-9._:-]+$' THEN
		RETURN lower(plain);
	ELSIF id IN (SELECT webfinger_actors(webfinger_known('acct:' ||
			subject))) THEN
		RETURN subject;
	END IF;
	RETURN lower(plain);
END $$;

-- Makes room for a name: who has it at another URL is gone, is the same under
-- http, or is a group, which steps aside for a person (Lemmy has both of one
-- name). Returns the name that the new one gets.
CREATE FUNCTION remote_actor_room(named text, place text, is_a text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	holder actor;
	other constant text := '!' || named;
BEGIN
	SELECT * INTO holder FROM actor a WHERE a.name = named AND a.url <> place;
	IF holder.id IS NULL THEN
		RETURN named;
	ELSIF holder.kind = is_a AND (ap_fetched(holder.url) IS NULL OR
			replace(holder.url, 'http://', 'https://') = place) THEN
		UPDATE actor SET url = place
		WHERE actor.id = holder.id;
		RETURN named;
	ELSIF is_a = 'Group' AND holder.kind <> 'Group' THEN
		RETURN remote_actor_room(other, place, is_a);
	ELSIF holder.kind = 'Group' AND is_a <> 'Group' THEN
		UPDATE actor SET name = other WHERE actor.id = holder.id;
		RETURN named;
	END IF;
	PERFORM ap_refuse('its name is another actor''s: ' || named);
	RETURN NULL;
END $$;

-- --- storing -----------------------------------------------------------------

-- The account that a group says it belongs to: the first person of its own
-- server. NULL: there is none, so that it is no channel here.
CREATE FUNCTION remote_owner(document jsonb) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
	entry jsonb;
	place text;
	person bigint;
BEGIN
	FOR entry IN SELECT e FROM ap_list(ap_get(document, 'attributedTo')) e
		LIMIT 5
	LOOP
		place := ap_own_url(document, ap_id(entry));
		CONTINUE WHEN place IS NULL OR place = document ->> 'id'
			OR (jsonb_typeof(entry) = 'object'
				AND ap_actor_kind(entry) <> 'Person');
		BEGIN
			IF EXISTS (SELECT FROM actor a WHERE a.url = place
					AND a.kind = 'Person')
				OR ap_actor_kind(ap_fetched(place)) = 'Person'
			THEN
				person := remote_actor(place);
				RETURN (SELECT c.id FROM account c
					WHERE c.actor_id = person);
			END IF;
		EXCEPTION WHEN SQLSTATE 'AP002' OR SQLSTATE 'AP003' THEN
			-- Lemmy names a list of moderators, which may be private
			CONTINUE;
		END;
	END LOOP;
	RETURN NULL;
END $$;

-- The channel that a person of a program without channels is besides being an
-- account: one actor, which is followed as a channel and writes as an account.
-- NULL: it is no person.
CREATE FUNCTION person_channel_write(person bigint) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
	made bigint;
BEGIN
	INSERT INTO channel AS c (actor_id, actor_kind, account_id,
		display_name, description, description_is_html)
	SELECT o.actor_id, o.actor_kind, o.id, o.display_name, o.description,
		o.description_is_html
	FROM account o WHERE o.actor_id = person AND o.actor_kind = 'Person'
	ON CONFLICT (actor_id) DO UPDATE SET
		display_name = EXCLUDED.display_name,
		description = EXCLUDED.description,
		description_is_html = EXCLUDED.description_is_html
	RETURNING c.id INTO made;
	RETURN made;
END $$;

-- Account or channel of an actor, as its document describes it.
CREATE FUNCTION remote_face_write(a actor, owner bigint) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	title constant text := coalesce(ap_line(ap_text(a.document, 'name'), 120),
		left(username(a.name), 120));
	support constant text := left(ap_text(a.document, 'support'), 1000);
BEGIN
	IF a.kind <> 'Group' THEN
		INSERT INTO account AS o (actor_id, actor_kind, display_name,
			description, description_is_html)
		VALUES (a.id, a.kind, title, ap_summary(a.document),
			ap_summary_is_html(a.document))
		ON CONFLICT (actor_id) DO UPDATE SET
			display_name = EXCLUDED.display_name,
			description = EXCLUDED.description,
			description_is_html = EXCLUDED.description_is_html;
		PERFORM person_channel_write(c.actor_id) FROM channel c
		WHERE c.actor_id = a.id;
	ELSIF owner IS NOT NULL THEN
		INSERT INTO channel AS o (actor_id, account_id, display_name,
			description, description_is_html, support)
		VALUES (a.id, owner, title, ap_summary(a.document),
			ap_summary_is_html(a.document),
			CASE WHEN char_length(support) >= 3 THEN support END)
		ON CONFLICT (actor_id) DO UPDATE SET
			account_id = EXCLUDED.account_id,
			display_name = EXCLUDED.display_name,
			description = EXCLUDED.description,
			description_is_html = EXCLUDED.description_is_html,
			support = EXCLUDED.support;
	END IF;
END $$;

-- Pictures that its document names and did not name before.
CREATE FUNCTION remote_pictures(a actor, before jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	p record;
BEGIN
	FOR p IN SELECT k.kind, ap_picture(a.document, k.key) AS url,
			ap_picture(before, k.key) AS old
		FROM (VALUES ('avatar', 'icon'), ('banner', 'image')) k (kind, key)
	LOOP
		IF p.url IS NULL THEN
			DELETE FROM actor_image i
			WHERE i.actor_id = a.id AND i.kind = p.kind;
		ELSIF p.url IS DISTINCT FROM p.old THEN
			PERFORM fetch_later(jsonb_build_object('what', 'picture',
				'kind', p.kind, 'actorId', a.id, 'url', p.url),
				format('picture %s %s', p.kind, a.id));
		END IF;
	END LOOP;
END $$;

-- The row alone.
CREATE FUNCTION remote_actor_write(sent jsonb, named text, is_a text)
RETURNS actor LANGUAGE plpgsql AS $$
DECLARE
	place constant text := sent ->> 'id';
	key text;
	pem text;
	written actor;
BEGIN
	SELECT k.id, k.pem INTO key, pem FROM ap_key(sent) k;
	INSERT INTO actor AS a (kind, name, host_id, url, inbox, shared_inbox,
		key_id, public_key, document, refreshed_at, created_at)
	VALUES (is_a, named, host_write(ap_host(place)), place,
		ap_id(ap_get(sent, 'inbox')), ap_own_url(sent,
			ap_id(ap_get(ap_get(sent, 'endpoints'), 'sharedInbox'))),
		key, pem, sent, now(),
		least(ap_time(sent, 'published'), now()))
	ON CONFLICT (url) DO UPDATE SET name = EXCLUDED.name,
		inbox = EXCLUDED.inbox, shared_inbox = EXCLUDED.shared_inbox,
		key_id = EXCLUDED.key_id, public_key = EXCLUDED.public_key,
		document = EXCLUDED.document, refreshed_at = now(),
		moved_to = CASE WHEN ap_id(ap_get(EXCLUDED.document, 'movedTo'))
			IS NOT NULL THEN a.moved_to END,
		gone_at = NULL, updated_at = CASE WHEN a.document =
			EXCLUDED.document THEN a.updated_at ELSE now() END
	RETURNING * INTO written;
	RETURN written;
END $$;

-- Stores an actor as its origin describes it (the caller has the document from
-- there) and returns its row's id. May want more documents.
CREATE FUNCTION actor_store(document jsonb) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
	place constant text := document ->> 'id';
	is_a constant text := ap_actor_kind(document);
	username constant text := ap_text(document, 'preferredUsername');
	wrong constant text := ap_actor_wrong(document);
	old actor;
	named text;
	owner bigint;
	stored actor;
BEGIN
	IF wrong IS NOT NULL THEN
		PERFORM ap_refuse(format('%s: %s', left(place, 200), wrong));
	END IF;
	IF is_a = 'Group' THEN
		owner := remote_owner(document);
	END IF;
	PERFORM pg_advisory_xact_lock(hashtextextended('actor ' || place, 0));
	SELECT * INTO old FROM actor a WHERE a.url = place;
	IF (old.kind = 'Group') <> (is_a = 'Group') THEN
		PERFORM ap_refuse('no longer what it was: ' || left(place, 200));
	ELSIF ltrim(username(old.name), '!') = lower(username) THEN
		named := old.name;
	ELSE
		named := remote_actor_room(remote_actor_name(place, username), place,
			is_a);
	END IF;
	stored := remote_actor_write(document, named, coalesce(old.kind, is_a));
	PERFORM remote_face_write(stored, owner);
	PERFORM remote_pictures(stored, old.document);
	IF owner IS NOT NULL THEN
		PERFORM fetch_later(jsonb_build_object('what', 'counts',
			'actorId', stored.id), 'counts ' || stored.id);
	END IF;
	RETURN stored.id;
END $$;

-- --- finding -----------------------------------------------------------------

-- One of ours by its id, or NULL.
CREATE FUNCTION our_actor(url text) RETURNS bigint
STABLE LANGUAGE plpgsql AS $$
DECLARE
	part constant text[] := regexp_match(url,
		'^https?://[^/]+/(accounts|video-channels)/([^/?#]+)$');
BEGIN
	IF NOT ap_is_ours(url) THEN
		RETURN NULL;
	END IF;
	RETURN (SELECT a.id FROM actor a
		WHERE a.name = lower(part[2]) AND a.host_id IS NULL
			AND (a.kind = 'Group') = (part[1] = 'video-channels'));
END $$;

-- Any actor by its id, ours too; fetched and stored where it is new. What we
-- know for more than two days is taken as it is and asked for again later;
-- `fresh`: what is older than this is fetched now (whose key does not fit).
CREATE FUNCTION remote_actor(url text, fresh interval DEFAULT NULL)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	known actor;
	got jsonb;
BEGIN
	IF ap_is_ours(url) THEN
		RETURN coalesce(our_actor(url), ap_refuse_id(url));
	END IF;
	SELECT * INTO known FROM actor a WHERE a.url = remote_actor.url;
	IF known.id IS NOT NULL AND (fresh IS NULL
			OR known.refreshed_at > now() - fresh) THEN
		IF known.refreshed_at < now() - interval '2 days' THEN
			PERFORM fetch_later(jsonb_build_object('what', 'actor',
				'url', url), 'actor ' || known.id);
		END IF;
		RETURN known.id;
	END IF;
	got := ap_fetched(url, least(fresh, interval '5 minutes'));
	IF got IS NULL THEN
		PERFORM ap_refuse('no longer there: ' || left(url, 200));
	ELSIF ap_host(got ->> 'id') IS DISTINCT FROM ap_host(url) THEN
		-- who is named there would speak for another server's actor
		PERFORM ap_refuse('leads to another server: ' || left(url, 200));
	END IF;
	-- a URL that only leads to it: a handle's page, an old name
	IF known.id IS NULL THEN
		SELECT * INTO known FROM actor a WHERE a.url = got ->> 'id'
			AND a.refreshed_at > now() - coalesce(fresh, '2 days');
	END IF;
	IF known.id IS NOT NULL AND fresh IS NULL THEN
		RETURN known.id;
	END IF;
	RETURN actor_store(got);
END $$;

-- For where a value is wanted.
CREATE FUNCTION ap_refuse_id(url text) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
	PERFORM ap_refuse('nobody of ours: ' || left(url, 200));
	RETURN NULL;
END $$;

-- Anybody by `name@host`, as somebody may write it.
CREATE FUNCTION remote_handle(written text) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
	named constant text := handle(written);
	known bigint := (SELECT id FROM actor WHERE name = named);
	url text;
BEGIN
	IF known IS NOT NULL THEN
		RETURN known;
	ELSIF strpos(named, '@') = 0 THEN
		RETURN ap_refuse_id(named);
	END IF;
	SELECT w INTO url FROM webfinger_actors(ap_fetched('acct:' || named)) w
	LIMIT 1;
	IF url IS NULL THEN
		PERFORM ap_refuse('nobody has this name: ' || left(named, 200));
	END IF;
	RETURN remote_actor(url);
END $$;

-- --- changes that their origin tells ------------------------------------------

-- Takes it away with all that is its own; its comments leave their place.
CREATE FUNCTION remote_actor_remove(wanted bigint) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM account WHERE actor_id = wanted;
	DELETE FROM actor WHERE id = wanted AND host_id IS NOT NULL;
END $$;

-- Job `fetch`: an actor, again where it is old. 410 is the end of it; 404 only
-- when it is still so a day later.
CREATE FUNCTION fetch_actor(argument jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	place constant text := argument ->> 'url';
	known actor;
BEGIN
	SELECT * INTO known FROM actor a WHERE a.url = place;
	IF known.id IS NULL OR ap_fetched(place) IS NOT NULL THEN
		PERFORM remote_actor(place, interval '1 hour');
		RETURN 'stored';
	ELSIF known.gone_at < now() - interval '1 day' OR EXISTS (SELECT
			FROM fetched f WHERE f.url = place
				AND f.status = 410) THEN
		PERFORM remote_actor_remove(known.id);
		RETURN 'removed';
	END IF;
	UPDATE actor a SET gone_at = coalesce(a.gone_at, now()),
		refreshed_at = now() WHERE a.id = known.id;
	RETURN 'gone, perhaps';
END $$;

-- Update: whole documents that an actor sends of itself are taken, since its
-- key has proved them; else the newest is fetched.
CREATE FUNCTION apply_update_actor(signer bigint, activity jsonb, owner bigint)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	document constant jsonb := ap_get(activity, 'object');
	url constant text := ap_id(document);
BEGIN
	IF url IS DISTINCT FROM (SELECT a.url FROM actor a WHERE a.id = signer)
	THEN
		RETURN 'refused: not its own actor';
	ELSIF jsonb_typeof(document) = 'object'
			AND ap_actor_wrong(document) IS NULL
			AND (ap_key(document)).id IS NOT NULL THEN
		PERFORM actor_store(document);
	ELSE
		PERFORM actor_store(coalesce(ap_fetched_anew(url), '{}'));
	END IF;
	RETURN 'updated';
END $$;

-- Delete: an actor ends itself, nobody else.
CREATE FUNCTION apply_delete_actor(signer bigint, activity jsonb, owner bigint)
RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	IF ap_id(ap_get(activity, 'object')) IS DISTINCT FROM (SELECT a.url
			FROM actor a WHERE a.id = signer) THEN
		RETURN 'refused: not its own actor';
	END IF;
	PERFORM remote_actor_remove(signer);
	RETURN 'deleted';
END $$;

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What everything else is made of. Files of this folder are applied in the
-- order of their names at every upgrade; all is CREATE OR REPLACE or dropped
-- before by `cardume migrate`.

-- The public base URL. Programs set it on each connection (db.c); the setting
-- serves whoever comes by psql. (Two functions: one with a sub-select is not
-- folded into the query that uses it.)
CREATE FUNCTION origin_setting() RETURNS text STABLE LANGUAGE sql AS $$
	SELECT value FROM setting WHERE name = 'origin'
$$;

CREATE FUNCTION origin() RETURNS text STABLE LANGUAGE sql AS $$
	SELECT coalesce(nullif(current_setting('cardume.origin', true), ''),
		origin_setting())
$$;

-- host[:port] of the origin.
CREATE FUNCTION our_host() RETURNS text STABLE LANGUAGE sql AS $$
	SELECT split_part(origin(), '/', 3)
$$;

CREATE FUNCTION setting(wanted text) RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT s.value FROM setting s WHERE s.name = wanted);
END $$;

-- Ends the query with an HTTP status (db.h); `code` is PeerTube's machine code.
CREATE FUNCTION refuse(status text, message text, code text DEFAULT NULL)
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	IF code IS NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'PT' || status,
			MESSAGE = message;
	END IF;
	RAISE EXCEPTION USING ERRCODE = 'PT' || status, MESSAGE = message,
		HINT = code;
END $$;

-- The same with 400, about a parameter or a member of the body.
CREATE FUNCTION refuse_field(field text, message text) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION USING ERRCODE = 'PT400', MESSAGE = message,
		COLUMN = field;
END $$;

-- ISO 8601, UTC, milliseconds: how every document tells a time. (STABLE, as
-- to_char() is: else it is not folded into the query that uses it.)
CREATE FUNCTION iso(t timestamptz) RETURNS text STABLE LANGUAGE sql AS $$
	SELECT to_char(t AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;

-- 22 characters of flickr's base58 for the 128 bits of a UUID.
CREATE FUNCTION short_uuid(u uuid) RETURNS text
IMMUTABLE STRICT LANGUAGE plpgsql AS $$
DECLARE
	alphabet constant text :=
		'123456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ';
	bytes constant bytea := uuid_send(u);
	n numeric := 0;
	short text := '';
BEGIN
	FOR i IN 0..15 LOOP
		n := n * 256 + get_byte(bytes, i);
	END LOOP;
	FOR i IN 1..22 LOOP
		short := substr(alphabet, (n % 58)::int + 1, 1) || short;
		n := div(n, 58);
	END LOOP;
	RETURN short;
END $$;

-- A pattern for ILIKE that finds these words anywhere; NULL for none.
CREATE FUNCTION anywhere(words text) RETURNS text
IMMUTABLE LANGUAGE sql AS $$
	SELECT '%' || regexp_replace(nullif(words, ''), '([%_\\])', '\\\1', 'g')
		|| '%'
$$;

-- The numeric id of what a path named (query.h, type `video`). (plpgsql keeps
-- its plans; SQL functions that cannot be inlined are planned at each use.)
CREATE FUNCTION video_id(named text) RETURNS bigint
STABLE LANGUAGE plpgsql AS $$
BEGIN
	IF named ~ '^[0-9]{1,18}$' THEN
		RETURN (SELECT id FROM video WHERE id = named::bigint);
	END IF;
	RETURN (SELECT id FROM video WHERE uuid = named::uuid);
END $$;

CREATE FUNCTION actor_insert_name() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO used_name VALUES (NEW.name);
	RETURN NEW;
END $$;
CREATE TRIGGER actor_name BEFORE INSERT ON actor
	FOR EACH ROW WHEN (NEW.host_id IS NULL)
	EXECUTE FUNCTION actor_insert_name();

-- `alice` of the handles `alice` and `alice@host`.
CREATE FUNCTION username(handle text) RETURNS text
IMMUTABLE LANGUAGE sql AS $$
	SELECT split_part(handle, '@', 1)
$$;

-- The handle as actors have it of what somebody wrote: `@Alice@our-host` is
-- `alice`.
CREATE FUNCTION handle(written text) RETURNS text STABLE LANGUAGE sql AS $$
	SELECT CASE WHEN split_part(bare, '@', 2) = lower(our_host())
		THEN split_part(bare, '@', 1) ELSE bare END
	FROM (SELECT lower(ltrim(written, '@')) AS bare) w
$$;

-- host[:port] of whose handle it is.
CREATE FUNCTION handle_host(handle text) RETURNS text
STABLE LANGUAGE sql AS $$
	SELECT coalesce(nullif(split_part(handle, '@', 2), ''), our_host())
$$;

-- A server we have heard of.
CREATE FUNCTION host_named(wanted text) RETURNS bigint
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT id FROM host WHERE name = lower(wanted));
END $$;

CREATE FUNCTION video_derive() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	NEW.short_uuid := short_uuid(NEW.uuid);
	NEW.search :=
		setweight(to_tsvector('simple', unaccent(NEW.name)), 'A') ||
		setweight(to_tsvector('simple',
			unaccent(array_to_string(NEW.tags, ' '))), 'B') ||
		setweight(to_tsvector('simple', unaccent(coalesce(
			(SELECT c.display_name || ' ' || a.name
			 FROM channel c JOIN actor a ON a.id = c.actor_id
			 WHERE c.id = NEW.channel_id), ''))), 'C') ||
		setweight(to_tsvector('simple',
			unaccent(coalesce(NEW.description, ''))), 'D');
	RETURN NEW;
END $$;
CREATE TRIGGER video_derive BEFORE INSERT OR UPDATE OF
	name, tags, description, channel_id, uuid ON video
	FOR EACH ROW EXECUTE FUNCTION video_derive();

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Applications that ask a user's leave (RFC 6749, 4.1; RFC 7636; RFC 8252), and
-- tokens that users make for themselves.

CREATE FUNCTION is_loopback_uri(uri text) RETURNS boolean IMMUTABLE LANGUAGE sql
AS $$
	SELECT uri ~ ('^http://(127[.]0[.]0[.]1|\[::1\]|localhost)' ||
		'(:[0-9]{1,5})?([/?]|$)')
$$;

CREATE FUNCTION without_port(uri text) RETURNS text IMMUTABLE LANGUAGE sql AS $$
	SELECT regexp_replace(uri, '^(http://(?:\[::1\]|[^/?:]+)):[0-9]+',
		'\1')
$$;

-- An address an application may be answered at: https, a port of one's own
-- machine, or a scheme named after a domain; without fragment.
CREATE FUNCTION is_redirect_uri(uri text) RETURNS boolean IMMUTABLE LANGUAGE sql
AS $$
	SELECT octet_length(uri) <= 500
		AND uri ~ '^[]!$%&()*+,./0-9:;=?@A-Z[_a-z~-]+$'
		AND (uri ~ '^https://[a-z0-9.-]+(:[0-9]{1,5})?([/?]|$)'
			OR is_loopback_uri(uri)
			OR uri ~ '^[a-z][a-z0-9+-]*([.][a-z0-9+-]+)+:/')
$$;

-- As it was registered, to the letter; the port of one's own machine is chosen
-- when the application starts.
CREATE FUNCTION redirects_to(registered text[], uri text) RETURNS boolean
IMMUTABLE LANGUAGE sql AS $$
	SELECT is_redirect_uri(uri) AND (uri = ANY (registered)
		OR (is_loopback_uri(uri) AND EXISTS (
			SELECT FROM unnest(registered) r
			WHERE is_loopback_uri(r) AND without_port(r)
				= without_port(uri))))
$$;

-- Registers a client. Those that nobody has used for a day go, so that the
-- table cannot be filled.
CREATE FUNCTION oauth_app_add_write(id_made text, app_name text, uris jsonb)
RETURNS json LANGUAGE plpgsql AS $$
DECLARE
	list text[];
BEGIN
	IF jsonb_typeof(uris) IS DISTINCT FROM 'array'
		OR jsonb_array_length(uris) NOT BETWEEN 1 AND 5
	THEN
		PERFORM refuse('400', 'redirect_uris must have one to five.',
			'invalid_redirect_uri');
	END IF;
	list := ARRAY(SELECT jsonb_array_elements_text(uris));
	IF EXISTS (SELECT FROM unnest(list) u
		WHERE u IS NULL OR NOT is_redirect_uri(u))
	THEN
		PERFORM refuse('400', 'A redirect URI is https, of one''s own'
			' machine, or of a scheme with a domain''s name.',
			'invalid_redirect_uri');
	END IF;
	DELETE FROM oauth_app a WHERE created_at < now() - interval '1 day'
		AND NOT EXISTS (SELECT FROM token WHERE app_id = a.id);
	IF (SELECT count(*) FROM (SELECT FROM oauth_app
		WHERE created_at > now() - interval '1 day' LIMIT 1000) a)
		>= 1000
	THEN
		PERFORM refuse('503', 'Too many applications registered today.');
	END IF;
	INSERT INTO oauth_app (client_id, name, redirect_uris)
	VALUES (id_made, app_name, list);
	RETURN json_build_object('client_id', id_made,
		'client_name', app_name, 'redirect_uris', list,
		'grant_types', ARRAY['authorization_code', 'refresh_token'],
		'response_types', ARRAY['code'],
		'token_endpoint_auth_method', 'none');
END $$;

-- Changes a code for a token. Whatever comes of it, the code is spent; shown a
-- second time, what it was changed for ends. NULL: refused.
CREATE FUNCTION oauth_code_take_write(hash bytea, client text, uri text,
	shown text, access bytea, refresh bytea, access_seconds int,
	refresh_seconds int, address inet, agent text) RETURNS int
LANGUAGE plpgsql AS $$
DECLARE
	c record;
	made bigint;
BEGIN
	SELECT k.*, a.client_id, u.is_blocked INTO c FROM oauth_code k
	JOIN oauth_app a ON a.id = k.app_id
	JOIN app_user u ON u.id = k.user_id
	WHERE k.code_hash = hash FOR UPDATE OF k;
	IF c.is_spent THEN
		DELETE FROM token WHERE id = c.token_id;
	END IF;
	IF c.is_spent IS DISTINCT FROM false THEN
		RETURN NULL;
	END IF;
	UPDATE oauth_code SET is_spent = true WHERE code_hash = hash;
	IF c.expires_at < now() OR c.client_id <> client
		OR c.redirect_uri <> uri OR c.challenge <> shown OR c.is_blocked
	THEN
		RETURN NULL;
	END IF;
	INSERT INTO token (user_id, access_hash, refresh_hash,
		access_expires_at, refresh_expires_at, address, user_agent,
		app_id, scopes)
	VALUES (c.user_id, access, refresh,
		now() + access_seconds * interval '1 second',
		now() + refresh_seconds * interval '1 second', address, agent,
		c.app_id, c.scopes)
	RETURNING id INTO made;
	UPDATE oauth_code SET token_id = made WHERE code_hash = hash;
	RETURN c.scopes;
END $$;

-- What signs a user out everywhere ends codes on their way too.
CREATE FUNCTION oauth_code_end() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	DELETE FROM oauth_code WHERE user_id = NEW.id AND NOT is_spent;
	RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION oauth_code_end FROM PUBLIC;
CREATE TRIGGER oauth_code_end
AFTER UPDATE OF password_hash, role, is_blocked ON app_user
FOR EACH ROW WHEN ((OLD.password_hash, OLD.role, OLD.is_blocked)
	IS DISTINCT FROM (NEW.password_hash, NEW.role, NEW.is_blocked))
EXECUTE FUNCTION oauth_code_end();

-- {name: boolean ...}, for templates that tell them in words.
CREATE FUNCTION scope_document(scopes int) RETURNS json IMMUTABLE LANGUAGE sql
AS $$
	SELECT json_object_agg(name, scopes >> (nr - 1)::int & 1 = 1)
	FROM unnest(ARRAY['read', 'write', 'upload', 'moderate', 'account',
		'admin']) WITH ORDINALITY n (name, nr)
$$;

-- What has a user's leave: {tokens, apps}.
CREATE FUNCTION applications_of(viewer bigint) RETURNS json
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN json_build_object(
		'tokens', (SELECT coalesce(json_agg(json_build_object(
			'id', t.id,
			'name', t.name,
			'scopes', scope_document(t.scopes),
			'createdAt', iso(t.created_at),
			'lastSeenAt', iso(t.last_seen_at),
			'expiresAt', iso(t.refresh_expires_at)) ORDER BY t.id),
			'[]')
		FROM token t WHERE t.user_id = viewer AND t.name IS NOT NULL
			AND t.refresh_expires_at > now()),
		'apps', (SELECT coalesce(json_agg(json_build_object(
			'id', a.id,
			'name', a.name,
			'scopes', scope_document(t.scopes),
			'createdAt', iso(t.since),
			'lastSeenAt', iso(t.last)) ORDER BY a.id), '[]')
		FROM (SELECT app_id, bit_or(scopes) AS scopes,
				min(created_at) AS since,
				max(last_seen_at) AS last
			FROM token WHERE user_id = viewer
				AND app_id IS NOT NULL
				AND refresh_expires_at > now()
			GROUP BY app_id) t
		JOIN oauth_app a ON a.id = t.app_id));
END $$;

GRANT SELECT, INSERT, DELETE ON oauth_app TO cardume_api;
GRANT SELECT, UPDATE (is_spent, token_id) ON oauth_code TO cardume_api;
GRANT SELECT ON oauth_app TO cardume_page;
GRANT INSERT, DELETE ON oauth_code TO cardume_page;
GRANT SELECT (expires_at) ON oauth_code TO cardume_page;
GRANT SELECT (name, app_id, scopes, last_seen_at),
	INSERT (user_id, access_hash, access_expires_at, refresh_expires_at,
		name, scopes)
	ON token TO cardume_page;

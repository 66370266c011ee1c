-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Who is given documents of ActivityPub (cgi/signed_request.c).

-- `signature` and `input` are the headers of these names: the key's id is in
-- them. Servers that do not sign cannot be told apart.
CREATE FUNCTION document_access(path text, signature text, input text,
	OUT is_told boolean, OUT is_blocked boolean, OUT is_signed boolean)
STABLE LANGUAGE plpgsql AS $$
DECLARE
	key constant text := substring(coalesce(input, signature)
		FROM 'key[Ii]d="([^"]+)"');
BEGIN
	is_told := is_federating() OR path LIKE '/nodeinfo/%'
		OR path = '/.well-known/nodeinfo';
	is_blocked := key IS NOT NULL AND host_is_blocked(coalesce(
		ap_host(key), split_part(key, '@', 2)));
	is_signed := setting('federation.authorized_fetch') = 'true'
		AND path NOT LIKE '/.well-known/%' AND path NOT LIKE '/nodeinfo/%'
		AND path NOT IN (SELECT '/accounts/' || a.name FROM actor a
			WHERE a.id = instance_actor());
END $$;

CREATE FUNCTION key_fetch_write(key text) RETURNS bigint LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	RETURN fetch_now_write(jsonb_build_object('what', 'key', 'key', key),
		'key ' || md5(key));
END $$;

CREATE FUNCTION fetch_key(argument jsonb) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN 'actor ' || key_owner(argument ->> 'key', true);
END $$;

REVOKE EXECUTE ON FUNCTION key_fetch_write(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION key_fetch_write(text) TO cardume_ap;
GRANT SELECT, INSERT, UPDATE ON throttle TO cardume_ap;
GRANT SELECT ON server_block TO cardume_ap;
-- Not the payload: it may hold what is nobody's business.
GRANT SELECT (id, state, error) ON job TO cardume_ap;

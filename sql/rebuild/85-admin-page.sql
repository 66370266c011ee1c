-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Pages under /admin about other servers: whom this one follows, who follows
-- it, what waits for each, who is muted. They do what the API does
-- (/api/v1/server/...), for lists of names that somebody has typed or pasted.

-- "@a@b.example, https://c.example/" -> {a@b.example,c.example}
CREATE FUNCTION admin_words(typed text) RETURNS text[]
IMMUTABLE LANGUAGE sql AS $$
	SELECT coalesce(array_agg(regexp_replace(w,
		'^(https?://|@|acct:)|/$', '', 'gi')), '{}')
	FROM regexp_split_to_table(typed, '[\s,;]+') w WHERE w <> ''
$$;

-- A page of an answer of the API: `documents` as the template has them.
CREATE FUNCTION admin_list(first int, nr int, total bigint, documents json)
RETURNS json IMMUTABLE LANGUAGE sql AS $$
	SELECT json_build_object('total', total, 'filters', '[]'::json,
		'pager', page_pager(first, nr, total),
		'rows', coalesce(documents, '[]'))
$$;

-- Servers and handles that are being looked up, or could not be.
CREATE FUNCTION admin_asking() RETURNS jsonb
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT coalesce(jsonb_agg(jsonb_build_object(
			'name', coalesce(j.payload ->> 'handle',
				j.payload ->> 'host'),
			'hasFailed', j.state = 4, 'error', j.error)
			ORDER BY j.id), '[]')
		FROM (SELECT w.* FROM job w
			WHERE w.uniq LIKE format('follow %s %%', instance_actor())
			ORDER BY w.id DESC LIMIT 50) j);
END $$;

CREATE FUNCTION admin_follows(outward boolean, first int) RETURNS json
STABLE LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	list constant jsonb := server_follows(outward, first, 50, '-createdAt',
		NULL, NULL, NULL)::jsonb;
BEGIN
	RETURN (admin_list(first, 50, (list ->> 'total')::bigint, (SELECT json_agg(
		json_build_object(
			'handle', (o.actor ->> 'name') || '@' || (o.actor ->> 'host'),
			'host', o.actor ->> 'host', 'url', o.actor ->> 'url',
			'isPending', f.one ->> 'state' = 'pending',
			'isRejected', f.one ->> 'state' = 'rejected',
			'createdAt', f.one ->> 'createdAt',
			'isCopied', o.actor -> 'hostRedundancyAllowed',
			'backfill', CASE WHEN outward
				AND jsonb_typeof(f.one -> 'backfill') = 'object'
				THEN f.one -> 'backfill' END) ORDER BY f.nr)
		FROM jsonb_array_elements(list -> 'data') WITH ORDINALITY f (one, nr)
		CROSS JOIN LATERAL (SELECT f.one -> CASE WHEN outward
			THEN 'following' ELSE 'follower' END AS actor) o))::jsonb
		|| jsonb_build_object('asking', CASE WHEN outward
			THEN admin_asking() END))::json;
END $$;

-- The first that is neither a host nor a handle, and nothing is done; or NULL.
CREATE FUNCTION admin_follow(typed text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	names constant text[] := admin_words(typed);
	wrong text;
BEGIN
	SELECT w INTO wrong FROM unnest(names) w
	WHERE w !~ '^([^@[:space:]]{1,50}@)?[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?$'
		OR w !~ '[.:]' OR lower(split_part('@' || w, '@', -1)) = our_host()
	LIMIT 1;
	IF wrong IS NULL THEN
		PERFORM server_follow(
			ARRAY(SELECT w FROM unnest(names) w WHERE w !~ '@'),
			ARRAY(SELECT w FROM unnest(names) w WHERE w ~ '@'));
	END IF;
	RETURN wrong;
END $$;

CREATE FUNCTION admin_unfollow(named text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	DELETE FROM follow f WHERE f.id = server_follow_named(true, named);
END $$;

CREATE FUNCTION admin_follower(named text, decision text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	PERFORM CASE decision
		WHEN 'accept' THEN server_follower_decide(named, 'accepted')
		WHEN 'reject' THEN server_follower_decide(named, 'rejected')
		ELSE server_follower_end(named) END;
END $$;

CREATE FUNCTION admin_hosts(first int, words text) RETURNS json
STABLE LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	list constant jsonb := host_list(first, 50, '-failures',
		anywhere(words))::jsonb;
BEGIN
	RETURN (admin_list(first, 50, (list ->> 'total')::bigint, (SELECT
		json_agg(h.one || jsonb_build_object(
			'waits', (h.one ->> 'pendingDeliveries')::bigint > 0,
			'nextTryIn', greatest(0, extract(epoch FROM
				(h.one ->> 'nextTryAt')::timestamptz
				- now()))::bigint,
			'is', jsonb_build_object(h.one ->> 'state', true))
			ORDER BY h.nr)
		FROM jsonb_array_elements(list -> 'data')
			WITH ORDINALITY h (one, nr)))::jsonb
		|| jsonb_build_object('search', words, 'filters', CASE
			WHEN words IS NULL THEN '[]'::jsonb
			ELSE jsonb_build_array(jsonb_build_object(
				'name', 'search', 'value', words)) END))::json;
END $$;

CREATE FUNCTION admin_host_retry(named text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	PERFORM host_retry_write(named);
END $$;

-- `servers`, or else accounts.
CREATE FUNCTION admin_mutes(servers boolean, first int) RETURNS json
STABLE LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	list constant jsonb := CASE WHEN servers
		THEN server_block_list(NULL, first, 50, '-createdAt', NULL)
		ELSE account_block_list(NULL, first, 50, '-createdAt', NULL)
		END::jsonb;
BEGIN
	RETURN admin_list(first, 50, (list ->> 'total')::bigint, (SELECT json_agg(
		json_build_object('name', CASE WHEN servers
				THEN b.one -> 'blockedServer' ->> 'host'
				ELSE (b.one -> 'blockedAccount' ->> 'name') || '@'
				|| (b.one -> 'blockedAccount' ->> 'host') END,
			'isAccount', NOT servers,
			'createdAt', b.one ->> 'createdAt') ORDER BY b.nr)
		FROM jsonb_array_elements(list -> 'data')
			WITH ORDINALITY b (one, nr)));
END $$;

-- The first that cannot be muted, and none is; or NULL.
CREATE FUNCTION admin_mute(servers boolean, viewer bigint, typed text)
RETURNS text LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	one text;
BEGIN
	FOREACH one IN ARRAY admin_words(typed) LOOP
		IF servers THEN
			PERFORM server_block_insert(NULL, one);
		ELSE
			PERFORM account_block_insert(NULL, viewer, handle(one));
		END IF;
	END LOOP;
	RETURN NULL;
EXCEPTION WHEN SQLSTATE 'PT400' OR SQLSTATE 'PT404' OR SQLSTATE 'PT409' THEN
	RETURN one;
END $$;

CREATE FUNCTION admin_unmute(servers boolean, named text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	IF servers THEN
		PERFORM server_block_delete(NULL, named);
	ELSE
		PERFORM account_block_delete(NULL, handle(named));
	END IF;
END $$;

REVOKE ALL ON FUNCTION admin_follows, admin_follow, admin_unfollow,
	admin_follower, admin_hosts, admin_host_retry, admin_mutes, admin_mute,
	admin_unmute FROM PUBLIC;
GRANT EXECUTE ON FUNCTION admin_follows, admin_follow, admin_unfollow,
	admin_follower, admin_hosts, admin_host_retry, admin_mutes, admin_mute,
	admin_unmute TO cardume_page;

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Other servers as admins see them: what waits for each, and how it fares.

-- Its state in a word.
CREATE FUNCTION host_state(h host) RETURNS text STABLE LANGUAGE sql AS $$
	SELECT CASE WHEN host_is_blocked((h).name) THEN 'muted'
		WHEN (h).dead THEN 'dead'
		WHEN (h).first_fail IS NOT NULL THEN 'failing'
		WHEN (h).last_ok IS NULL THEN 'new'
		ELSE 'well' END
$$;

-- Deliveries that wait for it, ten thousand at most, and since when.
CREATE FUNCTION host_waiting(h host, OUT nr bigint, OUT since timestamptz)
STABLE LANGUAGE plpgsql AS $$
BEGIN
	SELECT count(*), min(d.created_at) INTO nr, since
	FROM (SELECT q.created_at FROM delivery q WHERE q.host_id = (h).id
		ORDER BY q.seq LIMIT 10000) d;
END $$;

CREATE FUNCTION host_list(first int, nr int, sort text, words text)
RETURNS json STABLE LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	ids bigint[];
	total bigint;
BEGIN
	ids := ARRAY(SELECT h.id FROM host h
		WHERE words IS NULL OR h.name ILIKE words
		ORDER BY CASE WHEN sort = '-failures' THEN h.fails END DESC,
			CASE WHEN sort = '-host' THEN h.name END DESC,
			CASE WHEN sort = '-createdAt' THEN h.id END DESC,
			CASE WHEN sort = 'createdAt' THEN h.id END,
			CASE WHEN sort = 'failures' THEN h.fails END, h.name
		LIMIT nr OFFSET first);
	SELECT count(*) INTO total FROM (SELECT FROM host h
		WHERE words IS NULL OR h.name ILIKE words LIMIT 10000) limited;
	RETURN listed(total, (SELECT json_agg(json_build_object(
			'host', h.name, 'software', h.software,
			'state', host_state(h),
			'pendingDeliveries', w.nr,
			'oldestDeliveryAt', iso(w.since),
			'failures', h.fails, 'failingSince', iso(h.first_fail),
			'lastStatus', h.last_status,
			'lastTryAt', iso(h.last_try),
			'lastSuccessAt', iso(h.last_ok),
			'nextTryAt', CASE WHEN h.pending THEN iso(h.next_at) END,
			'createdAt', iso(h.created_at)) ORDER BY k.nr)
		FROM unnest(ids) WITH ORDINALITY k (id, nr)
		JOIN host h ON h.id = k.id
		CROSS JOIN host_waiting(h) w));
END $$;

-- What waits for it is sent now, also to one that is dead.
CREATE FUNCTION host_retry_write(named text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	UPDATE host h SET fails = 0, first_fail = NULL, dead = false,
		next_at = now(), pending = true
	WHERE h.id = host_named(named);
	UPDATE delivery d SET retry_at = now()
	WHERE d.host_id = host_named(named) AND d.retry_at > now();
	RETURN host_named(named) IS NOT NULL
		OR refuse('404', 'There is no such server.');
END $$;

-- Nothing waits for it any more; NULL: there is no such server. Its row goes
-- where nothing of it is here.
CREATE FUNCTION host_forget_write(named text) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
	asked constant bigint := host_named(named);
	dropped bigint;
BEGIN
	IF asked IS NULL THEN
		RETURN NULL;
	END IF;
	WITH gone AS (
		DELETE FROM delivery d WHERE d.host_id = asked RETURNING 1
	)
	SELECT count(*) INTO dropped FROM gone;
	IF EXISTS (SELECT FROM actor a WHERE a.host_id = asked)
		OR EXISTS (SELECT FROM video v WHERE v.host_id = asked)
	THEN
		UPDATE host h SET fails = 0, first_fail = NULL, dead = false,
			pending = false, last_status = NULL
		WHERE h.id = asked;
	ELSE
		DELETE FROM host h WHERE h.id = asked;
	END IF;
	RETURN dropped;
END $$;

REVOKE ALL ON FUNCTION host_list, host_retry_write, host_forget_write
	FROM PUBLIC;
GRANT EXECUTE ON FUNCTION host_list, host_retry_write TO cardume_api;

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Sending, as worker `deliver` does it (workers/deliver.h): it leases servers
-- that are due, sends the oldest deliveries of each in order, and tells what
-- came of them. A row of `host` is the head of its queue and its circuit
-- breaker: each failure of the server as a whole doubles the wait of all that
-- is for it; what failed for a week is dead, its deliveries are dropped, and it
-- is asked once a day whether it lives.
--
-- Nobody who waits for a lock here holds one that another of these functions
-- waits for: who publishes is never held up by who sends.

CREATE FUNCTION delivery_setting(wanted text) RETURNS double precision
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN greatest(1, setting('delivery.' || wanted)::double precision);
END $$;

-- The wait after so many failures, spread by a fifth.
CREATE FUNCTION delivery_backoff(failures int) RETURNS interval
VOLATILE LANGUAGE plpgsql AS $$
BEGIN
	RETURN least(delivery_setting('retry_max_seconds'),
		delivery_setting('retry_seconds') *
			2.0 ^ (least(failures, 20) - 1)) *
		(0.8 + 0.4 * random()) * interval '1 second';
END $$;

-- What a server is asked for to see whether it lives, by the scheme that its
-- actors have.
CREATE FUNCTION host_probe(asked bigint) RETURNS text
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT substring(a.inbox FROM '^https?://[^/]+') ||
			'/.well-known/nodeinfo'
		FROM actor a WHERE a.host_id = asked LIMIT 1);
END $$;

-- Up to `most` servers that are due, for two minutes, each with its oldest
-- deliveries: 20 for each lane. One that is dead has none: it is only asked
-- whether it lives. Losing a claim in a crash costs nothing.
CREATE FUNCTION delivery_claim_write(most int, with_failing boolean)
RETURNS TABLE (host_id bigint, host text, lease bigint, is_dead boolean,
	takes_rfc9421 boolean, fails int, lanes smallint, seq bigint,
	activity_id bigint, inbox text, tries int) LANGUAGE plpgsql AS $$
BEGIN
	IF NOT is_federating() OR setting('jobs.paused') = 'true' THEN
		RETURN;
	END IF;
	PERFORM set_config('synchronous_commit', 'off', true);
	RETURN QUERY WITH due AS MATERIALIZED (
		SELECT h.id FROM host h
		WHERE h.pending AND h.next_at <= now()
			AND (h.lease_until IS NULL OR h.lease_until < now())
			AND (with_failing OR (h.fails = 0 AND NOT h.dead))
		ORDER BY h.next_at LIMIT most FOR NO KEY UPDATE SKIP LOCKED
	), leased AS (
		UPDATE host h SET lease = nextval('lease_seq'),
			lease_until = now() + interval '2 minutes'
		FROM due WHERE h.id = due.id
		RETURNING h.*
	)
	SELECT l.id, l.name, l.lease, l.dead, l.takes_rfc9421, l.fails, l.lanes,
		d.seq, d.activity_id, CASE WHEN l.dead THEN host_probe(l.id)
			ELSE d.inbox END, d.tries
	FROM leased l LEFT JOIN LATERAL (
		SELECT q.* FROM delivery q
		WHERE q.host_id = l.id AND q.retry_at <= now() AND NOT l.dead
		ORDER BY q.seq LIMIT 20 * l.lanes
	) d ON true
	ORDER BY l.id, d.seq;
END $$;

-- What became of deliveries: 'done' (taken, or refused for good), 'gone' (the
-- inbox is no more) or 'again' (the server failed at this one and took others;
-- the fifth time it is dropped). A row whose activity has been replaced
-- meanwhile stays, and so does one that is being replaced at this moment.
CREATE FUNCTION delivery_told_write(hosts bigint[], seqs bigint[],
	activities bigint[], verdicts text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	touched bigint[];
BEGIN
	PERFORM actor_gone_write(d.inbox)
	FROM unnest(hosts, seqs, activities, verdicts)
		AS t (host_id, seq, activity_id, verdict)
	JOIN delivery d USING (host_id, seq, activity_id)
	WHERE t.verdict = 'gone';

	WITH held AS MATERIALIZED (
		SELECT d.*, t.verdict <> 'again' OR d.tries >= 4 AS is_over
		FROM unnest(hosts, seqs, activities, verdicts)
			AS t (host_id, seq, activity_id, verdict)
		JOIN delivery d USING (host_id, seq, activity_id)
		FOR UPDATE OF d SKIP LOCKED
	), over AS (
		DELETE FROM delivery d USING held
		WHERE held.is_over AND (d.host_id, d.seq) =
			(held.host_id, held.seq)
		RETURNING d.activity_id
	), later AS (
		UPDATE delivery d SET tries = d.tries + 1,
			retry_at = now() + delivery_backoff(d.tries + 1)
		FROM held
		WHERE NOT held.is_over AND (d.host_id, d.seq) =
			(held.host_id, held.seq)
	)
	SELECT array_agg(DISTINCT over.activity_id) INTO touched FROM over;
	DELETE FROM activity a WHERE a.id = ANY (touched) AND NOT EXISTS
		(SELECT FROM delivery d WHERE d.activity_id = a.id);
END $$;

-- The actor whose own inbox this was is no more, and follows nobody.
CREATE FUNCTION actor_gone_write(wanted text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	who bigint[];
BEGIN
	UPDATE actor a SET gone_at = now()
	WHERE a.inbox = wanted AND a.gone_at IS NULL
		AND a.inbox IS DISTINCT FROM a.shared_inbox;
	SELECT array_agg(a.id) INTO who FROM actor a
	WHERE a.inbox = wanted AND a.gone_at IS NOT NULL;
	DELETE FROM follow f WHERE f.follower_id = ANY (who);
END $$;

-- The end of a visit: 'passed' (it answered sensibly), 'failed' (no answer, or a
-- failing server's), 'busy' (it wants to be left alone) or 'untried'. `took`:
-- before it failed it did answer. `wait`: seconds it asked for, or 0. The
-- server's row after it:
CREATE FUNCTION host_after(h host, state text, took boolean, wait int,
	said text, prefers_rfc9421 boolean, wanted_lanes int) RETURNS host
VOLATILE LANGUAGE plpgsql AS $$
BEGIN
	h.lease_until := NULL;
	h.takes_rfc9421 := prefers_rfc9421;
	h.lanes := CASE WHEN wanted_lanes > 1 AND EXISTS (SELECT FROM delivery d
			WHERE d.host_id = h.id OFFSET 199)
		THEN wanted_lanes ELSE 1 END;
	IF state <> 'untried' THEN
		h.last_try := now();
		h.last_status := said;
	END IF;
	IF took THEN
		h.last_ok := now();
		h.fails := 0;
		h.first_fail := NULL;
		h.dead := false;
	END IF;
	IF state IN ('failed', 'busy') THEN
		h.first_fail := coalesce(h.first_fail, now());
		h.fails := h.fails + (state = 'failed')::int;
		h.dead := h.dead OR h.first_fail < now() - interval '1 second'
			* delivery_setting('give_up_seconds');
	END IF;
	h.pending := h.dead OR EXISTS (SELECT FROM delivery d
		WHERE d.host_id = h.id);
	h.next_at := host_next(h, state, wait);
	RETURN h;
END $$;

-- The end of visits. Whose lease is another's now is left alone. Tells who has
-- nothing more to get now: see host_wake_write(); and who is to be visited again
-- at once, but where nothing could be sent for a reason of ours.
CREATE FUNCTION host_visited_write(hosts bigint[], leases bigint[],
	ends text[], took boolean[], waits int[], said text[],
	prefers_rfc9421 boolean[], wanted_lanes int[])
RETURNS TABLE (host_id bigint, is_idle boolean, is_due boolean)
LANGUAGE plpgsql AS $$
DECLARE
	dead_now bigint[];
BEGIN
	RETURN QUERY UPDATE host h SET
		(lease_until, takes_rfc9421, lanes, last_try, last_status,
			last_ok, fails, first_fail, dead, pending, next_at) =
		(SELECT n.lease_until, n.takes_rfc9421, n.lanes, n.last_try,
			n.last_status, n.last_ok, n.fails, n.first_fail, n.dead,
			n.pending, n.next_at
		FROM host_after(h, v.state, v.took, v.wait, v.said, v.rfc9421,
			v.lanes) n)
	FROM unnest(hosts, leases, ends, took, waits, said, prefers_rfc9421,
			wanted_lanes)
		AS v (host_id, lease, state, took, wait, said, rfc9421, lanes)
	WHERE h.id = v.host_id AND h.lease = v.lease
	RETURNING h.id, host_is_idle(h),
		h.next_at <= now() AND v.state <> 'untried';
	SELECT array_agg(h.id) INTO dead_now FROM host h
	WHERE h.id = ANY (hosts) AND h.dead;
	IF dead_now IS NOT NULL THEN
		DELETE FROM delivery d WHERE d.host_id = ANY (dead_now);
	END IF;
END $$;

-- When a server is visited again after such an end.
CREATE FUNCTION host_next(h host, state text, wait int) RETURNS timestamptz
VOLATILE LANGUAGE plpgsql AS $$
BEGIN
	IF h.dead THEN
		RETURN now() + delivery_setting('probe_seconds') *
			(0.8 + 0.4 * random()) * interval '1 second';
	ELSIF state IN ('failed', 'busy') THEN
		RETURN now() + CASE WHEN wait > 0 THEN interval '1 second' *
				least(wait, delivery_setting('retry_max_seconds'))
			ELSE delivery_backoff(greatest(1, h.fails)) END;
	ELSIF EXISTS (SELECT FROM delivery d
		WHERE d.host_id = h.id AND d.retry_at <= now())
	THEN
		RETURN now();
	END IF;
	RETURN coalesce((SELECT min(d.retry_at) FROM delivery d
		WHERE d.host_id = h.id), now());
END $$;

-- Who queues something sets `pending` without waiting for a lock, and nobody
-- sees what has not been committed yet: so a server that has become idle is
-- looked at again a moment later, and all of them now and then (NULL).
CREATE FUNCTION host_wake_write(hosts bigint[]) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
	UPDATE host h SET pending = true, next_at = least(h.next_at, now())
	WHERE host_is_idle(h) AND (hosts IS NULL OR h.id = ANY (hosts))
		AND EXISTS (SELECT FROM delivery d
			WHERE d.host_id = h.id AND d.retry_at <= now());
	RETURN FOUND;
END $$;

-- What waits for a server that the instance mutes is dropped.
CREATE FUNCTION server_block_drop_deliveries() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	DELETE FROM delivery d USING host h
	WHERE h.name = NEW.host AND d.host_id = h.id;
	RETURN NULL;
END $$;
CREATE TRIGGER server_block_drop_deliveries AFTER INSERT ON server_block
	FOR EACH ROW WHEN (NEW.owner_id IS NULL)
	EXECUTE FUNCTION server_block_drop_deliveries();

-- A sign of life of a server, a signed request from it or a document got from
-- it: what waits for it is sent now. To be called for each of them.
CREATE FUNCTION host_alive_write(wanted bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	UPDATE host h SET fails = 0, first_fail = NULL, dead = false,
		last_ok = now(), next_at = now(), pending = true
	WHERE h.id = (SELECT f.id FROM host f
		WHERE f.id = wanted AND (f.fails > 0 OR f.dead)
		FOR NO KEY UPDATE SKIP LOCKED);
END $$;

-- What an actor of ours signs with, also after its end.
CREATE FUNCTION signing_key(signer bigint)
RETURNS TABLE (key_id text, private_key text) STABLE LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	RETURN QUERY SELECT actor_id(a) || '#main-key', k.private_key
	FROM actor a JOIN actor_key k ON k.actor_id = a.id
	WHERE a.id = signer AND a.host_id IS NULL
	UNION ALL
	SELECT d.key_id, d.private_key FROM departed_key d
	WHERE d.actor_id = signer;
END $$;

CREATE FUNCTION actor_keep_key() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	INSERT INTO departed_key (actor_id, key_id, private_key)
	SELECT OLD.id, actor_id(OLD) || '#main-key', k.private_key
	FROM actor_key k WHERE k.actor_id = OLD.id;
	RETURN OLD;
END $$;
CREATE TRIGGER actor_keep_key BEFORE DELETE ON actor
	FOR EACH ROW WHEN (OLD.host_id IS NULL)
	EXECUTE FUNCTION actor_keep_key();

-- Activities that nobody gets any more (replaced, or of servers that died), and
-- keys that have nothing more to sign.
CREATE FUNCTION delivery_sweep_write() RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	DELETE FROM activity a WHERE a.created_at < now() - interval '1 hour'
		AND NOT EXISTS (SELECT FROM delivery d
			WHERE d.activity_id = a.id);
	DELETE FROM departed_key k WHERE k.at < now() - interval '30 days';
END $$;

REVOKE ALL ON FUNCTION signing_key, actor_gone_write, delivery_sweep_write,
	host_alive_write FROM PUBLIC;
GRANT EXECUTE ON FUNCTION signing_key, actor_gone_write, delivery_sweep_write
	TO cardume_worker;
GRANT SELECT, UPDATE ON host TO cardume_worker;

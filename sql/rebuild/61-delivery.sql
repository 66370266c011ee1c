-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What is sent to other servers. Whoever changes something calls
-- activity_send() in the same transaction; worker `deliver` sends.

-- Setting `federation.enabled`: false is an instance that speaks to nobody.
CREATE FUNCTION is_federating() RETURNS boolean STABLE LANGUAGE sql AS $$
	SELECT setting('federation.enabled') IS DISTINCT FROM 'false'
$$;

-- Servers that the instance has muted neither send nor get anything.
CREATE FUNCTION host_is_blocked(named text) RETURNS boolean
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN EXISTS (SELECT FROM server_block b
		WHERE b.owner_id IS NULL AND b.host = lower(named));
END $$;

-- The actors of other servers that follow any of these.
CREATE FUNCTION remote_followers(followed bigint[]) RETURNS bigint[]
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN ARRAY(SELECT DISTINCT a.id FROM follow f
		JOIN actor a ON a.id = f.follower_id
		WHERE f.target_id = ANY (followed) AND f.state = 'accepted'
			AND a.host_id IS NOT NULL);
END $$;

-- Nothing waits for it but what is put off by itself.
CREATE FUNCTION host_is_idle(h host) RETURNS boolean STABLE LANGUAGE sql AS $$
	SELECT NOT (h).pending OR ((h).next_at > now() AND (h).fails = 0
		AND (h).first_fail IS NULL AND (h).lease_until IS NULL
		AND NOT (h).dead)
$$;

-- Sends `body` (without @context it gets the base one) in the name of our actor
-- `signer` to these actors: once to each shared inbox, or to each one's own
-- where `personal`. Those of ours are left out. `subject`: what it is about; one
-- of the same that waits still is not sent any more (updates, views). `proof`: it will be forwarded, so it gets an LD signature.
CREATE FUNCTION activity_send(signer bigint, body json, targets bigint[],
	subject text DEFAULT NULL, proof boolean DEFAULT false,
	personal boolean DEFAULT false) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	made bigint;
BEGIN
	IF NOT is_federating() OR NOT EXISTS (SELECT FROM actor a
			WHERE a.id = ANY (targets) AND a.host_id IS NOT NULL)
	THEN
		RETURN;
	END IF;
	INSERT INTO activity (actor_id, body, wants_proof)
	VALUES (signer, CASE WHEN body -> '@context' IS NULL
		THEN ap_document(ap_context(), json_members(body))
		ELSE body::text END, proof)
	RETURNING id INTO made;
	PERFORM delivery_write(made, targets, subject, personal);
END $$;

CREATE FUNCTION delivery_write(wanted bigint, targets bigint[], about text,
	personal boolean) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	WITH place AS (
		SELECT DISTINCT a.host_id, CASE WHEN personal THEN a.inbox
			ELSE coalesce(a.shared_inbox, a.inbox) END AS inbox
		FROM actor a JOIN host h ON h.id = a.host_id
		WHERE a.id = ANY (targets) AND a.gone_at IS NULL
			AND NOT h.dead AND NOT host_is_blocked(h.name)
			-- pods of diaspora* are told in their own way
			AND NOT EXISTS (SELECT FROM diaspora_person p
				WHERE p.actor_id = a.id)
	), written AS (
		INSERT INTO delivery (host_id, activity_id, inbox, subject)
		SELECT p.host_id, wanted, p.inbox, about
		FROM place p ORDER BY p.host_id, p.inbox
		ON CONFLICT (inbox, subject)
			WHERE subject IS NOT NULL AND tries = 0
		-- behind what was queued since
		DO UPDATE SET activity_id = EXCLUDED.activity_id, seq = DEFAULT
		RETURNING host_id, inbox
	), over AS (
		DELETE FROM delivery d WHERE (d.host_id, d.seq) IN (
			SELECT o.host_id, o.seq FROM delivery o JOIN written w
				ON o.inbox = w.inbox
			WHERE o.subject = about AND o.tries > 0
			ORDER BY o.host_id, o.seq FOR UPDATE OF o)
	)
	-- Without waiting for anybody: see host_wake_write().
	UPDATE host h SET pending = true, next_at = least(next_at, now())
	WHERE h.id IN (SELECT f.id FROM host f
		WHERE f.id IN (SELECT w.host_id FROM written w)
			AND host_is_idle(f)
		FOR NO KEY UPDATE SKIP LOCKED);
	IF FOUND THEN
		PERFORM wake('deliver');
	END IF;
END $$;

-- What a server was to get once more has become untrue.
CREATE FUNCTION delivery_void_write(about text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	DELETE FROM delivery d WHERE (d.host_id, d.seq) IN (
		SELECT o.host_id, o.seq FROM delivery o
		WHERE o.subject = about AND o.tries > 0
		ORDER BY o.host_id, o.seq FOR UPDATE);
END $$;

-- It speaks in the name of anybody here: not for who talks with other servers.
REVOKE ALL ON FUNCTION activity_send, delivery_write, delivery_void_write
	FROM PUBLIC;
GRANT EXECUTE ON FUNCTION activity_send, delivery_void_write
	TO cardume_api, cardume_page, cardume_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON activity, delivery TO cardume_worker;

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What comes from other servers: taken in by cardume-ap (cgi/inbox.c), applied
-- by worker `inbox` (workers/inbox.c) with activity_apply() (88-activity.sql).

-- --- how often, and what became of it ----------------------------------------

-- Types that nobody speaks are counted as one.
CREATE FUNCTION inbox_counted(activity jsonb, became text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	PERFORM inbox_count_write(ARRAY[ap_type(activity)], ARRAY[became]);
END $$;

CREATE FUNCTION inbox_count_write(types text[], became text[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO inbox_count AS c (type, outcome, nr)
	SELECT CASE WHEN t.type IN ('Accept', 'Add', 'Announce',
			'ApproveReply', 'Block', 'Create', 'Delete', 'Dislike',
			'Download', 'EmojiReact', 'Flag', 'Follow', 'Join',
			'Leave', 'Like', 'Move', 'OrderedCollection', 'Read',
			'Reject', 'RejectReply', 'Remove', 'Undo', 'Update',
			'View') THEN t.type ELSE 'other' END,
		left(t.outcome, 25), count(*)
	FROM unnest(types, became) t (type, outcome)
	GROUP BY 1, 2 ORDER BY 1, 2
	ON CONFLICT (day, type, outcome) DO UPDATE SET nr = c.nr + EXCLUDED.nr;
END $$;

-- Is it kept, so that an admin may look at it?
CREATE FUNCTION inbox_is_kept(became text) RETURNS boolean
IMMUTABLE LANGUAGE sql AS $$
	SELECT became LIKE 'unhandled%' OR became LIKE 'refused%'
$$;

-- --- taking in ---------------------------------------------------------------

-- Servers of which 10,000 activities wait are told to come later.
CREATE FUNCTION inbox_full_write() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	IF NOT pg_try_advisory_xact_lock(hashtext('inbox_full')) THEN
		RETURN;
	END IF;
	DELETE FROM inbox_full;
	INSERT INTO inbox_full SELECT i.host FROM inbox i WHERE i.state <> 3
	GROUP BY i.host HAVING count(*) >= setting('federation.inbox_max')::int;
END $$;

-- Mastodon tells every server it knows of each account that ends; of actors
-- that nobody here has met there is nothing to delete, and nothing to fetch.
CREATE FUNCTION inbox_is_idle_delete(activity jsonb) RETURNS boolean
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN ap_type(activity) = 'Delete' AND ap_id(activity -> 'object')
			= ap_id(activity -> 'actor')
		AND NOT EXISTS (SELECT FROM actor a
			WHERE a.url = ap_id(activity -> 'actor'));
END $$;

-- NULL: it can be stored; else HTTP's status and why.
CREATE FUNCTION inbox_refusal(activity jsonb, sender text,
	OUT status int, OUT why text) STABLE LANGUAGE plpgsql AS $$
BEGIN
	IF NOT is_federating() THEN
		status := 403;
		why := 'This server speaks to no others.';
	ELSIF sender IS NULL THEN
		status := 401;
		why := 'The key''s id is no address.';
	ELSIF sender = our_host() THEN
		status := 409;
		why := 'The sender is of this server.';
	ELSIF host_is_blocked(sender) THEN
		status := 403;
		why := 'This server does not speak to yours.';
	ELSIF ap_type(activity) IS NULL THEN
		status := 400;
		why := 'The body has no type.';
	ELSIF ap_host(ap_id(activity -> 'actor')) IS NULL
			AND NOT ap_is_collection(activity) THEN
		status := 400;
		why := 'The body has no actor.';
	ELSIF EXISTS (SELECT FROM inbox_full f WHERE f.host = sender) THEN
		status := 503;
		why := 'Too many activities of your server wait.';
	END IF;
END $$;

CREATE FUNCTION ap_is_collection(document jsonb) RETURNS boolean
IMMUTABLE LANGUAGE sql AS $$
	SELECT coalesce(ap_type(document) IN ('Collection', 'OrderedCollection',
		'CollectionPage', 'OrderedCollectionPage'), false)
$$;

-- One request, all else about it has been checked. `owner`: the name of whose
-- inbox it came to; `signer`: whose key verified it, or NULL, then the worker
-- looks at `request` (else `{}`); `hash`, `valid`: its signature, until when it would be
-- taken. Gives HTTP's status.
CREATE FUNCTION inbox_write(owner text, signer bigint, key text,
	request jsonb, body text, hash bytea, valid timestamptz,
	OUT status int, OUT why text) LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	activity constant jsonb := ltrim(body, U&'\FEFF')::jsonb;
	sender constant text := ap_host(CASE WHEN starts_with(key, 'acct:')
		THEN 'https://' || split_part(key, '@', 2) ELSE key END);
	refusal constant record := inbox_refusal(activity, sender);
	owner_id bigint;
BEGIN
	status := refusal.status;
	why := refusal.why;
	IF owner IS NOT NULL THEN
		SELECT a.id INTO owner_id FROM actor a
		WHERE a.name = lower(owner) AND a.host_id IS NULL;
		IF owner_id IS NULL THEN
			status := 404;
			why := 'Nobody has this name.';
		END IF;
	END IF;
	IF status IS NOT NULL THEN
		RETURN;
	END IF;
	status := 202;
	IF inbox_is_idle_delete(activity) THEN
		-- lost in a crash it would be dropped the next time
		PERFORM set_config('synchronous_commit', 'off', true);
		PERFORM inbox_counted(activity, 'nobody we know');
		RETURN;
	END IF;
	IF signer IS NOT NULL THEN
		INSERT INTO seen_signature VALUES (hash, valid)
		ON CONFLICT DO NOTHING;
		IF NOT FOUND THEN
			RETURN;
		END IF;
	END IF;
	INSERT INTO inbox (owner_id, signer_id, request, body, host)
	VALUES (owner_id, signer, request, body, sender);
	IF random() < 0.002 THEN
		PERFORM inbox_full_write();
	END IF;
END $$;

-- --- the worker --------------------------------------------------------------

-- The oldest that are ready, in the order in which they came; none of a server
-- of which another worker has some, so that nothing overtakes what came before.
-- What workers have died of comes alone: others shall not share its end.
CREATE FUNCTION inbox_claim_write(most int)
RETURNS TABLE (id bigint, lease bigint, signer_id bigint, request jsonb,
	body text, came bigint, tries smallint, signer text) LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	PERFORM set_config('synchronous_commit', 'off', true);
	-- for the next statement to see what others have
	PERFORM pg_advisory_xact_lock(hashtext('inbox_claim'));
	-- By an array: where many have just gone, a join would read all of it.
	RETURN QUERY WITH c AS MATERIALIZED (
		SELECT r.id, r.tries FROM inbox r
		WHERE r.state = 0 AND r.host NOT IN (SELECT o.host
			FROM inbox o WHERE o.state = 1)
		ORDER BY r.id LIMIT most FOR UPDATE SKIP LOCKED
	), taken AS (
		UPDATE inbox i SET state = 1, tries = i.tries + 1,
			lease = nextval('lease_seq'),
			lease_until = now() + interval '2 minutes',
			holder = pg_backend_pid()
		WHERE i.id = ANY (ARRAY(SELECT c.id FROM c
			WHERE c.id = (SELECT min(f.id) FROM c f) OR c.id <
				coalesce((SELECT min(f.id) FROM c f
					WHERE f.tries > 2), c.id + 1)))
		RETURNING i.*
	)
	SELECT t.id, t.lease, t.signer_id, t.request, t.body,
		extract(epoch FROM t.created_at)::bigint, t.tries, a.url
	FROM taken t LEFT JOIN actor a ON a.id = t.signer_id ORDER BY t.id;
END $$;

-- A worker that ends gives back what it has not begun.
CREATE FUNCTION inbox_hand_back_write(leases bigint[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
	UPDATE inbox SET state = 0, tries = tries - 1
	WHERE state = 1 AND lease = ANY (leases)
$$;

-- What has waited long enough, and what dead workers have left, is ready.
CREATE FUNCTION inbox_maintain_write() RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	PERFORM set_config('synchronous_commit', 'off', true);
	UPDATE inbox i SET state = 0 WHERE i.state = 2 AND i.run_at <= now();
	UPDATE inbox i SET state = CASE WHEN i.tries < 20 THEN 0 ELSE 3 END,
		note = 'workers died of it'
	WHERE i.state = 1 AND (i.lease_until < now() OR NOT EXISTS (SELECT
		FROM pg_stat_activity a WHERE a.pid = i.holder));
	PERFORM inbox_full_write();
END $$;

-- Who owns a key that a signature names: the actor whose document says so.
-- `fresh`: what is known of it for five minutes is asked for again.
CREATE FUNCTION key_owner(key text, fresh boolean) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
	place constant text := split_part(key, '#', 1);
	age constant interval := CASE WHEN fresh THEN '5 minutes'::interval END;
	known bigint;
	document jsonb;
BEGIN
	IF key LIKE 'acct:%' THEN
		RETURN remote_handle(substr(key, 6));
	ELSIF ap_is_ours(place) THEN
		PERFORM ap_refuse('a key of ours');
	END IF;
	known := remote_key(key);
	IF known IS NULL THEN
		document := ap_fetched(place);
		-- a document of the key alone names its owner
		known := remote_actor(CASE WHEN document ? 'inbox' THEN place
			ELSE coalesce(ap_id(document -> 'owner'),
				ap_id(document #> '{publicKey,owner}')) END);
	ELSIF fresh THEN
		known := remote_actor((SELECT a.url FROM actor a
			WHERE a.id = known), age);
	END IF;
	IF known IS NULL OR remote_key(key) IS DISTINCT FROM known THEN
		PERFORM ap_refuse('the key is not its owner''s');
	END IF;
	RETURN known;
END $$;

-- The actor that a key belongs to, where we know it: it says so, on its own
-- host. Older PeerTubes name the actor in place of the key.
CREATE FUNCTION remote_key(key text) RETURNS bigint
STABLE LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	RETURN coalesce((SELECT a.id FROM actor a WHERE a.key_id = key
			AND ap_host(a.url) = ap_host(key) LIMIT 1),
		(SELECT a.id FROM actor a WHERE a.url = key
			AND a.key_id IS NOT NULL));
END $$;

-- As ap_attempt(); done: the actor's id.
CREATE FUNCTION inbox_signer(key text, fresh boolean) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	RETURN jsonb_build_object('done', key_owner(key, fresh)::text);
EXCEPTION WHEN others THEN
	RETURN ap_caught(sqlstate, sqlerrm);
END $$;

-- The signature fits: by whom. False: it has been taken already.
CREATE FUNCTION inbox_verified_write(wanted bigint, token bigint,
	signer bigint, hash bytea, valid timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	UPDATE inbox i SET signer_id = signer
	WHERE i.id = wanted AND i.lease = token AND i.state = 1;
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	INSERT INTO seen_signature VALUES (hash, valid) ON CONFLICT DO NOTHING;
	IF NOT FOUND THEN
		DELETE FROM inbox i WHERE i.id = wanted;
		RETURN false;
	END IF;
	RETURN true;
END $$;

-- The row that a worker has leased, locked; of NULLs where it is no longer its.
-- (Found by its id alone: the index of those that run has all that ran lately.)
CREATE FUNCTION inbox_held(wanted bigint, token bigint) RETURNS inbox
LANGUAGE plpgsql AS $$
DECLARE
	r inbox;
BEGIN
	SELECT * INTO r FROM inbox i WHERE i.id = wanted FOR UPDATE;
	RETURN CASE WHEN r.state = 1 AND r.lease = token THEN r END;
END $$;

-- One try. `what`: {"id", "lease", "by": who proved what it says (the signer or
-- whose LD signature it carries), or null: it is asked of its origin}.
-- `activity`: the body with its HTML made safe. Once it is done it is gone.
CREATE FUNCTION inbox_attempt_write(what jsonb, activity jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	r inbox;
	by_id constant bigint := (what ->> 'by')::bigint;
	became text;
BEGIN
	PERFORM set_config('synchronous_commit', 'off', true);
	r := inbox_held((what ->> 'id')::bigint, (what ->> 'lease')::bigint);
	IF r.id IS NULL THEN
		RETURN '{"lost": "the lease"}';
	END IF;
	PERFORM set_config('cardume.activity_body', CASE WHEN by_id IS NOT NULL
		THEN ltrim(r.body, U&'\FEFF') ELSE '' END, true),
		set_config('cardume.activity_came', r.created_at::text, true),
		host_alive_write(a.host_id) FROM actor a WHERE a.id = r.signer_id;
	became := activity_taken(by_id, activity, r.owner_id);
	PERFORM inbox_counted(activity, became);
	IF inbox_is_kept(became) THEN
		UPDATE inbox i SET state = 3, note = became WHERE i.id = r.id;
	ELSE
		DELETE FROM inbox i WHERE i.id = r.id;
	END IF;
	RETURN jsonb_build_object('done', became);
EXCEPTION WHEN others THEN
	RETURN ap_caught(sqlstate, sqlerrm);
END $$;

-- It could not be done: later, for two days; or never: kept for a day, so that
-- an admin may look at it, if it was somebody known who sent it.
CREATE FUNCTION inbox_settle_write(wanted bigint, token bigint, is_final boolean,
	why text) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	r inbox;
BEGIN
	r := inbox_held(wanted, token);
	IF r.id IS NULL THEN
		RETURN;
	ELSIF NOT is_final AND r.created_at > now() - interval '2 days'
			AND r.tries < 20 THEN
		UPDATE inbox i SET state = 2, note = left(why, 1000),
			run_at = now() + inbox_backoff(r.tries)
		WHERE i.id = wanted;
		RETURN;
	END IF;
	PERFORM inbox_counted(ltrim(r.body, U&'\FEFF')::jsonb, 'refused');
	IF r.signer_id IS NULL THEN
		DELETE FROM inbox i WHERE i.id = wanted;
	ELSE
		UPDATE inbox i SET state = 3, note = left(why, 1000)
		WHERE i.id = wanted;
	END IF;
END $$;

-- What is taken back while it waits to be tried again: what its own server has
-- said with this id or about it.
CREATE FUNCTION inbox_void_write(signer bigint, named text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	sender constant text := (SELECT a.url FROM actor a WHERE a.id = signer);
BEGIN
	DELETE FROM inbox i WHERE i.state = 2 AND i.host = ap_host(sender)
		AND strpos(replace(i.body, '\/', '/'), named) > 0
		AND ap_id(ltrim(i.body, U&'\FEFF')::jsonb -> 'actor') = sender
		AND named IN (ap_id(ltrim(i.body, U&'\FEFF')::jsonb -> 'id'),
			ap_id(ltrim(i.body, U&'\FEFF')::jsonb -> 'object'));
END $$;

-- A minute, two, four ... six hours, spread by a fifth.
CREATE FUNCTION inbox_backoff(tries int) RETURNS interval
VOLATILE LANGUAGE sql AS $$
	SELECT least(21600, 60 * 2 ^ (least(tries, 10) - 1))
		* (0.8 + 0.4 * random()) * interval '1 second'
$$;

-- --- what has become of it ---------------------------------------------------

-- Forgets what has been of use.
CREATE FUNCTION inbox_sweep_write() RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	DELETE FROM seen_signature WHERE until < now();
	DELETE FROM fetched WHERE at < now() - interval '1 day';
	DELETE FROM fetch_rate WHERE since < now() - interval '1 hour';
	DELETE FROM inbox_count WHERE day < current_date - 30;
	DELETE FROM inbox WHERE state = 3 AND (created_at < now()
		- interval '1 day' OR id <= (SELECT i.id FROM inbox i
			WHERE i.state = 3 ORDER BY i.id DESC
			OFFSET 10000 LIMIT 1));
END $$;

-- Sends what came on, as it came, to those who follow the video, its channel,
-- its account or us: what is said about a video of ours reaches all who show
-- it. They need no more than its own LD signature, or ask its origin. Not to
-- `except_host`, where it came from. NULL: it is not known as it came.
CREATE FUNCTION activity_forward(body text, video bigint, except_host bigint)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	us constant bigint := instance_actor();
	involved bigint[];
BEGIN
	SELECT ARRAY[us, c.actor_id, a.actor_id] INTO involved
	FROM video v JOIN channel c ON c.id = v.channel_id
	JOIN account a ON a.id = c.account_id
	WHERE v.id = video AND v.host_id IS NULL AND video_is_fetchable(v);
	IF involved IS NULL OR body IS NULL THEN
		RETURN;
	END IF;
	PERFORM activity_send(us, body::json, ARRAY(SELECT f.id
		FROM unnest(remote_followers(involved)) AS u (id)
		JOIN actor f ON f.id = u.id
		WHERE f.host_id IS DISTINCT FROM except_host));
END $$;

REVOKE ALL ON FUNCTION inbox_write, inbox_claim_write, inbox_hand_back_write,
	inbox_maintain_write,
	inbox_signer, inbox_verified_write, inbox_attempt_write,
	inbox_settle_write, inbox_sweep_write, remote_key FROM PUBLIC;
GRANT EXECUTE ON FUNCTION inbox_write, remote_key TO cardume_ap;
GRANT EXECUTE ON FUNCTION inbox_claim_write, inbox_hand_back_write,
	inbox_maintain_write,
	inbox_signer, inbox_verified_write, inbox_attempt_write,
	inbox_settle_write, inbox_sweep_write TO cardume_worker;

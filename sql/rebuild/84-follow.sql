-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Follows between servers (federation.md 1.12): others' of our accounts,
-- channels and server, and ours of theirs. `follow.url` is the Follow's id.

-- --- what is sent --------------------------------------------------------------

-- The activity that a follow is, as its follower said it.
CREATE FUNCTION follow_activity(f follow) RETURNS json
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT json_strip_nulls(json_build_object('type', 'Follow',
			'id', f.url, 'actor', actor_id(r), 'object', actor_id(t)))
		FROM actor r, actor t
		WHERE r.id = f.follower_id AND t.id = f.target_id);
END $$;

-- Asks for a follow of ours, or asks again. To the personal inbox, as PeerTube
-- does: some shared inboxes drop it.
CREATE FUNCTION follow_send(f follow) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	PERFORM activity_send(f.follower_id, follow_activity(f),
		ARRAY[f.target_id], f.url, personal => true);
END $$;

-- Tells somebody elsewhere what became of a follow: nothing while it waits.
CREATE FUNCTION follow_answer(f follow) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	type constant text := CASE f.state WHEN 'accepted' THEN 'Accept'
		WHEN 'rejected' THEN 'Reject' END;
BEGIN
	IF type IS NULL THEN
		RETURN;
	END IF;
	PERFORM activity_send(f.target_id, json_build_object('type', type,
		'id', origin() || '/' || lower(type) || 's/follows/' ||
			coalesce(f.id::text, iso(clock_timestamp())),
		'actor', (SELECT actor_id(a) FROM actor a
			WHERE a.id = f.target_id),
		'object', follow_activity(f)),
		ARRAY[f.follower_id], personal => true);
END $$;

-- --- ours ------------------------------------------------------------------------

-- One of ours follows somebody: at once, or as soon as the other server says
-- yes. One that was turned down or got no answer is asked again. Who has moved
-- is followed where it is now.
CREATE FUNCTION follow_begin(who bigint, whom bigint) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	made follow;
BEGIN
	INSERT INTO follow AS f (follower_id, target_id, state, url)
	SELECT r.id, t.id, CASE WHEN t.host_id IS NULL THEN 'accepted'
			ELSE 'pending' END,
		CASE WHEN t.host_id IS NOT NULL
			THEN actor_id(r) || '/follows/' || t.id END
	FROM actor r, actor t WHERE r.id = who AND r.id <> t.id
		AND t.id = coalesce((SELECT a.moved_to FROM actor a
			WHERE a.id = whom), whom)
	ON CONFLICT (follower_id, target_id) DO UPDATE
		SET state = EXCLUDED.state, url = EXCLUDED.url,
			updated_at = now() WHERE f.state <> 'accepted'
	RETURNING * INTO made;
	IF made.state = 'pending' THEN
		PERFORM follow_send(made);
	END IF;
END $$;

-- Whoever ends a follow of somebody elsewhere tells that server. (Who is gone
-- has said so in a Delete.)
CREATE FUNCTION follow_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM activity_send(r.id, json_build_object('type', 'Undo',
		'id', OLD.url || '/undo', 'actor', actor_id(r),
		'object', follow_activity(OLD)),
		ARRAY[t.id], OLD.url, personal => true)
	FROM actor r, actor t
	WHERE r.id = OLD.follower_id AND r.host_id IS NULL
		AND t.id = OLD.target_id AND t.host_id IS NOT NULL;
	RETURN NULL;
END $$;
CREATE TRIGGER follow_ended AFTER DELETE ON follow
	FOR EACH ROW WHEN (OLD.url IS NOT NULL AND OLD.state <> 'rejected')
	EXECUTE FUNCTION follow_ended();

-- The actor that stands for a server: the one NodeInfo names (FEP-2677), else
-- PeerTube's name for it.
CREATE FUNCTION remote_server(named text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	jrd constant jsonb := webfinger_known('nodeinfo:' || lower(named));
	url text;
BEGIN
	SELECT ap_text(l, 'href') INTO url FROM ap_list(ap_get(jrd, 'links')) l
	WHERE jsonb_typeof(l) = 'object' AND l ->> 'rel' =
		'https://www.w3.org/ns/activitystreams#Application'
		AND ap_host(ap_text(l, 'href')) = lower(named);
	RETURN CASE WHEN url IS NULL THEN remote_handle('peertube@' || named)
		ELSE remote_actor(url) END;
END $$;

-- Job `fetch {what: follow, followerId, handle | host}`.
CREATE FUNCTION fetch_follow(argument jsonb) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	target bigint;
BEGIN
	target := CASE WHEN argument ->> 'host' IS NULL
		THEN remote_handle(argument ->> 'handle')
		ELSE remote_server(argument ->> 'host') END;
	PERFORM follow_begin((argument ->> 'followerId')::bigint, target);
	RETURN 'asked actor ' || target;
END $$;

CREATE FUNCTION follow_later(who bigint, member text, named text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	PERFORM fetch_later(jsonb_build_object('what', 'follow',
		'followerId', who, member, named),
		format('follow %s %s', who, md5(named)));
END $$;

-- The server follows others; each when it has been found.
CREATE FUNCTION server_follow(hosts text[], handles text[]) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
	PERFORM follow_later(instance_actor(), 'host', lower(h))
	FROM unnest(hosts) h WHERE lower(h) <> our_host();
	PERFORM follow_later(instance_actor(), 'handle', handle(h))
	FROM unnest(handles) h;
	RETURN true;
END $$;

-- Sweep: asks once more, where an answer may have been lost: twice a week, for
-- a month.
CREATE FUNCTION follow_again_write() RETURNS bigint LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	f follow;
	nr bigint := 0;
BEGIN
	FOR f IN UPDATE follow w SET updated_at = now()
		WHERE w.state = 'pending' AND w.url IS NOT NULL
			AND w.updated_at < now() - interval '84 hours'
			AND w.created_at > now() - interval '30 days'
			AND EXISTS (SELECT FROM actor t WHERE t.id = w.target_id
				AND t.host_id IS NOT NULL)
		RETURNING w.*
	LOOP
		PERFORM follow_send(f);
		nr := nr + 1;
	END LOOP;
	RETURN nr;
END $$;

-- --- theirs ----------------------------------------------------------------------

-- Whoever is behind the target does not want to see the follower.
CREATE FUNCTION follow_is_muted(follower bigint, target bigint)
RETURNS boolean STABLE LANGUAGE plpgsql AS $$
DECLARE
	owner constant bigint := (SELECT p.user_id FROM account p
		WHERE p.actor_id = target OR p.id = (SELECT c.account_id
			FROM channel c WHERE c.actor_id = target)
		ORDER BY p.user_id LIMIT 1);
BEGIN
	RETURN EXISTS (SELECT FROM account p WHERE p.actor_id = follower
			AND is_muted(owner, p.id))
		OR EXISTS (SELECT FROM server_block b
			JOIN host h ON h.name = b.host
			JOIN actor a ON a.host_id = h.id
			WHERE a.id = follower AND (b.owner_id IS NULL
				OR b.owner_id = owner));
END $$;

-- The state that a follow has when it is asked for (once more).
CREATE FUNCTION follow_decision(follower bigint, target bigint) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
	known constant text := (SELECT f.state FROM follow f
		WHERE f.follower_id = follower AND f.target_id = target);
	of_server constant boolean := target = instance_actor();
BEGIN
	IF known = 'rejected' OR follow_is_muted(follower, target)
			OR EXISTS (SELECT FROM actor a WHERE a.id = target
				AND a.moved_to IS NOT NULL)
			OR setting(CASE WHEN of_server THEN 'followers.enabled'
				ELSE 'followers.channels_enabled' END) = 'false'
	THEN
		RETURN 'rejected';
	END IF;
	RETURN CASE WHEN known = 'accepted' THEN known
		WHEN of_server AND setting('followers.manual_approval') = 'true'
		THEN 'pending' ELSE 'accepted' END;
END $$;

CREATE FUNCTION admins() RETURNS bigint[] STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN ARRAY(SELECT u.id FROM app_user u
		WHERE u.role = 0 AND NOT u.is_blocked);
END $$;

-- Another server follows ours: admins hear of it, and it may be followed back.
CREATE FUNCTION server_followed(follower bigint) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	us constant bigint := instance_actor();
BEGIN
	PERFORM notify_write(admins(), 13, follower => server_followed.follower,
		target => us);
	IF setting('followings.auto_follow_back') = 'true' AND EXISTS (SELECT
			FROM actor a WHERE a.id = follower
				AND a.kind = 'Application'
				AND username(a.name) IN ('peertube', 'cardume'))
		AND NOT EXISTS (SELECT FROM follow f WHERE f.follower_id = us
			AND f.target_id = server_followed.follower)
	THEN
		PERFORM follow_begin(us, server_followed.follower);
		PERFORM notify_write(admins(), 14, follower => us,
			target => server_followed.follower);
	END IF;
END $$;

CREATE FUNCTION apply_follow(signer bigint, activity jsonb, owner bigint)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	f follow;
	is_new constant boolean := NOT EXISTS (SELECT FROM follow w
		WHERE w.follower_id = signer AND w.target_id = instance_actor());
BEGIN
	f.follower_id := signer;
	f.target_id := our_actor(ap_id(ap_get(activity, 'object')));
	f.url := CASE WHEN ap_host(ap_text(activity, 'id')) IS NOT NULL
		THEN ap_text(activity, 'id') END;
	IF f.target_id IS NULL THEN
		-- Friendica follows posts
		RETURN 'ignored: no actor of ours';
	END IF;
	f.state := follow_decision(signer, f.target_id);
	IF f.state = 'rejected' THEN
		DELETE FROM follow w WHERE w.follower_id = signer
			AND w.target_id = f.target_id AND w.state <> 'rejected';
		PERFORM follow_answer(f);
		RETURN 'rejected';
	END IF;
	INSERT INTO follow AS w (follower_id, target_id, state, url)
	VALUES (signer, f.target_id, f.state, f.url)
	ON CONFLICT (follower_id, target_id) DO UPDATE SET
		state = EXCLUDED.state, url = EXCLUDED.url, updated_at = now()
	RETURNING w.* INTO f;
	PERFORM follow_answer(f);
	IF is_new AND f.target_id = instance_actor() THEN
		PERFORM server_followed(signer);
	END IF;
	RETURN f.state;
END $$;

CREATE FUNCTION apply_undo_follow(signer bigint, activity jsonb, owner bigint)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	said constant jsonb := ap_get(activity, 'object');
	target constant bigint := CASE jsonb_typeof(said) WHEN 'object'
		THEN our_actor(ap_id(ap_get(said, 'object'))) END;
BEGIN
	DELETE FROM follow f WHERE f.follower_id = signer
		AND (f.target_id = target
			OR target IS NULL AND f.url = ap_id(said));
	RETURN CASE WHEN FOUND THEN 'ended' ELSE 'ignored: no such follow' END;
END $$;

-- --- their answers -----------------------------------------------------------------

-- The follow of ours that an answer of `signer` is about: by its id, by who
-- follows, or, where it says neither, by whose inbox it came to.
CREATE FUNCTION follow_answered(signer bigint, activity jsonb, owner bigint)
RETURNS follow STABLE LANGUAGE plpgsql AS $$
DECLARE
	said constant jsonb := ap_get(activity, 'object');
	is_whole constant boolean := jsonb_typeof(said) = 'object';
	follower constant bigint := CASE WHEN is_whole
		THEN our_actor(ap_id(ap_get(said, 'actor'))) END;
	found follow;
BEGIN
	IF is_whole AND ap_type(said) IS DISTINCT FROM 'Follow' THEN
		RETURN NULL;
	END IF;
	SELECT f.* INTO found FROM follow f
	JOIN actor r ON r.id = f.follower_id AND r.host_id IS NULL
	WHERE f.target_id = signer AND (f.url = ap_id(said)
		OR f.follower_id = coalesce(follower, owner))
	ORDER BY f.url = ap_id(said) DESC NULLS LAST LIMIT 1;
	RETURN found;
END $$;

CREATE FUNCTION apply_accept(signer bigint, activity jsonb, owner bigint)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	f constant follow := follow_answered(signer, activity, owner);
BEGIN
	IF f.id IS NULL THEN
		RETURN 'ignored: no follow of ours';
	ELSIF f.state = 'accepted' THEN
		RETURN 'ignored: accepted before';
	END IF;
	UPDATE follow w SET state = 'accepted', updated_at = now()
	WHERE w.id = f.id;
	PERFORM crawl_begin(signer);
	RETURN 'accepted';
END $$;

CREATE FUNCTION apply_reject(signer bigint, activity jsonb, owner bigint)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	f constant follow := follow_answered(signer, activity, owner);
BEGIN
	IF f.id IS NULL THEN
		RETURN 'ignored: no follow of ours';
	END IF;
	UPDATE follow w SET state = 'rejected', updated_at = now()
	WHERE w.id = f.id;
	RETURN 'rejected';
END $$;

-- --- servers that the instance mutes ---------------------------------------------------

-- Follows both ways with a server, of this state.
CREATE FUNCTION follows_with(host text, wanted text) RETURNS bigint[]
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN ARRAY(SELECT f.id FROM host h JOIN actor a ON a.host_id = h.id
		JOIN follow f ON f.follower_id = a.id OR f.target_id = a.id
		WHERE h.name = follows_with.host AND f.state = wanted);
END $$;

-- They rest while it is muted: nobody counts or is sent anything. When that
-- ends theirs are there again, and ours are asked for anew.
CREATE FUNCTION follows_rest() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	f follow;
BEGIN
	IF TG_OP = 'INSERT' THEN
		UPDATE follow w SET state = 'pending'
		WHERE w.id = ANY (follows_with(NEW.host, 'accepted'));
		RETURN NULL;
	END IF;
	FOR f IN SELECT w.* FROM follow w
		WHERE w.id = ANY (follows_with(OLD.host, 'pending'))
	LOOP
		PERFORM follow_send(f)
		FROM actor r WHERE r.id = f.follower_id AND r.host_id IS NULL;
		UPDATE follow w SET state = 'accepted' FROM actor r
		WHERE w.id = f.id AND r.id = f.follower_id
			AND r.host_id IS NOT NULL AND 'accepted' =
				follow_decision(f.follower_id, f.target_id);
	END LOOP;
	RETURN NULL;
END $$;
CREATE TRIGGER follows_rest AFTER INSERT ON server_block
	FOR EACH ROW WHEN (NEW.owner_id IS NULL)
	EXECUTE FUNCTION follows_rest();
CREATE TRIGGER follows_rest_end AFTER DELETE ON server_block
	FOR EACH ROW WHEN (OLD.owner_id IS NULL)
	EXECUTE FUNCTION follows_rest();

-- --- what admins decide --------------------------------------------------------------

-- A follower of the server is let in, turned away, or ended; it hears of it.
CREATE FUNCTION server_follower_decide(named text, wanted text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	subject constant bigint := server_follow_named(false, named);
	f follow;
BEGIN
	UPDATE follow w SET state = wanted, updated_at = now()
	WHERE w.id = subject RETURNING w.* INTO f;
	PERFORM follow_answer(f);
	RETURN '';
END $$;

CREATE FUNCTION server_follower_end(named text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	subject constant bigint := server_follow_named(false, named);
	f follow;
BEGIN
	DELETE FROM follow w WHERE w.id = subject RETURNING w.* INTO f;
	f.state := 'rejected';
	PERFORM follow_answer(f);
	RETURN '';
END $$;

REVOKE ALL ON FUNCTION follow_again_write FROM PUBLIC;
GRANT EXECUTE ON FUNCTION follow_again_write TO cardume_worker;
GRANT UPDATE (state, updated_at) ON follow TO cardume_api;

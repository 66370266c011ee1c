-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What workers/resolve.c calls until nothing is missing: applying a thing of
-- other servers (61-ap-read.sql says how that is written).

-- A function that tries one thing returns
--   {"done": text}      it has happened
--   {"need": url}       that document first; then again
--   {"later": why}      another server has a trouble that may pass
--   {"refused": why}    never
-- This is what it returns for an error, which has taken back all it did. What
-- their bytes caused will not go away; what the machine or others at the same
-- time caused may (classes 40, 53, 55); what is our fault is an error.
CREATE FUNCTION ap_caught(state text, message text) RETURNS jsonb
LANGUAGE plpgsql AS $$
BEGIN
	IF state = 'AP001' THEN
		RETURN jsonb_build_object('need', message);
	ELSIF state = 'AP002' THEN
		RETURN jsonb_build_object('refused', left(message, 1000));
	ELSIF state = 'AP003' THEN
		RETURN jsonb_build_object('later', left(message, 1000));
	ELSIF state ~ '^(22|23|54|PT)' THEN
		RETURN jsonb_build_object('refused',
			left(state || ' ' || message, 1000));
	ELSIF state ~ '^(40|53|55)' THEN
		RETURN jsonb_build_object('later',
			left(state || ' ' || message, 1000));
	END IF;
	RAISE EXCEPTION USING ERRCODE = state, MESSAGE = message;
END $$;

-- Job `fetch {what, ...}` calls fetch_WHAT(its payload), a function of the
-- subject's own file that returns a few words for the log.
CREATE FUNCTION ap_attempt(what text, argument jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	outcome text;
BEGIN
	IF what !~ '^[a-z_]{1,40}$'
			OR to_regprocedure('fetch_' || what || '(jsonb)') IS NULL
	THEN
		RETURN jsonb_build_object('refused', 'there is no such job');
	END IF;
	EXECUTE format('SELECT fetch_%s($1)', what) INTO outcome USING argument;
	RETURN jsonb_build_object('done', coalesce(outcome, 'done'));
EXCEPTION WHEN others THEN
	RETURN ap_caught(sqlstate, sqlerrm);
END $$;

CREATE FUNCTION fetch_handle(argument jsonb) RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
	RETURN 'actor ' || remote_handle(argument ->> 'handle');
END $$;

-- Anything, by the address that somebody gave.
CREATE FUNCTION fetch_object(argument jsonb) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	document constant jsonb := ap_fetched(argument ->> 'url');
	id constant text := document ->> 'id';
BEGIN
	CASE ap_type(document)
		WHEN 'Person', 'Group', 'Application', 'Service', 'Organization'
		THEN
			RETURN 'actor ' || remote_actor(id);
		WHEN 'Video' THEN
			RETURN 'video ' || remote_video(id);
		WHEN 'Playlist' THEN
			RETURN 'playlist ' || remote_playlist(id);
		WHEN 'Note', 'Article', 'Page', 'Question' THEN
			RETURN 'comment ' || remote_comment(id);
		ELSE
			PERFORM ap_refuse('nothing that we show');
	END CASE;
	RETURN NULL;
END $$;

-- --- what the worker asks of us --------------------------------------------

-- Milliseconds to wait before `named` is asked once more: `federation.rate`
-- requests in ten seconds, PeerTube's own limit, are enough for anybody.
CREATE FUNCTION fetch_pause(named text) RETURNS int LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	pause int;
BEGIN
	INSERT INTO fetch_rate AS r (host) VALUES (left(lower(named), 261))
	ON CONFLICT (host) DO UPDATE SET
		since = CASE WHEN r.since > now() - interval '10 seconds'
			THEN r.since ELSE now() END,
		nr = CASE WHEN r.since > now() - interval '10 seconds'
			THEN r.nr + 1 ELSE 1 END
	RETURNING CASE WHEN nr > setting('federation.rate')::int
		THEN 1000 * extract(epoch FROM since + interval '10 seconds'
			- now())::int ELSE 0 END INTO pause;
	RETURN pause;
END $$;

-- Whose key signs what is fetched, and that key.
CREATE FUNCTION server_key() RETURNS TABLE (id text, private_key text)
STABLE LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
	RETURN QUERY SELECT actor_id(a) || '#main-key', k.private_key
	FROM actor a JOIN actor_key k ON k.actor_id = a.id
	WHERE a.id = instance_actor();
END $$;

REVOKE EXECUTE ON FUNCTION server_key(), ap_attempt(text, jsonb),
	fetch_pause(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION server_key(), ap_attempt(text, jsonb),
	fetch_pause(text) TO cardume_worker;

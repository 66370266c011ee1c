-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Accounts and channels that go to another server, and come from one: what
-- they are also known as, and Move.

-- The ids of who an actor says it is, too.
CREATE FUNCTION actor_aliases(a actor) RETURNS text[]
STABLE LANGUAGE plpgsql AS $$
BEGIN
	IF a.host_id IS NOT NULL THEN
		RETURN ap_ids(ap_get(a.document, 'alsoKnownAs'));
	END IF;
	RETURN ARRAY(SELECT actor_id(o) FROM actor_alias l
		JOIN actor o ON o.id = l.other_id WHERE l.actor_id = a.id);
END $$;

CREATE FUNCTION actor_handle(a actor) RETURNS text STABLE LANGUAGE sql AS $$
	SELECT username((a).name) || '@' || handle_host((a).name)
$$;

-- Ours who follow the old one follow the new one, and who had muted the old
-- one has muted the new one.
CREATE FUNCTION followers_move(old bigint, new bigint) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	f follow;
BEGIN
	INSERT INTO account_block (owner_id, account_id)
	SELECT b.owner_id, n.id FROM account_block b
	JOIN account o ON o.id = b.account_id AND o.actor_id = old
	JOIN account n ON n.actor_id = new
	ON CONFLICT DO NOTHING;
	FOR f IN SELECT w.* FROM follow w
		JOIN actor r ON r.id = w.follower_id AND r.host_id IS NULL
		WHERE w.target_id = old AND w.state <> 'rejected'
	LOOP
		PERFORM follow_begin(f.follower_id, new);
		DELETE FROM follow w WHERE w.id = f.id;
	END LOOP;
END $$;

-- Move: who has gone to another server, where that one says that it is the
-- same.
CREATE FUNCTION apply_move(signer bigint, activity jsonb, owner bigint)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	old constant text := (SELECT a.url FROM actor a WHERE a.id = signer);
	target constant text := ap_id(ap_get(activity, 'target'));
	came constant timestamptz := nullif(
		current_setting('cardume.activity_came', true), '');
	there bigint;
BEGIN
	IF ap_id(ap_get(activity, 'object')) IS DISTINCT FROM old
			OR ap_host(target) IS NULL THEN
		RETURN 'refused: not its own move';
	END IF;
	there := remote_actor(target, coalesce(now() - came, '1 minute'));
	IF NOT EXISTS (SELECT FROM actor o JOIN actor n ON n.id = there
			WHERE o.id = signer AND o.id <> n.id AND o.kind = n.kind
				AND old = ANY (actor_aliases(n))) THEN
		RETURN 'refused: not known there as the same';
	END IF;
	UPDATE actor a SET moved_to = there WHERE a.id = signer;
	PERFORM followers_move(signer, there);
	RETURN 'moved';
END $$;

-- --- ours ------------------------------------------------------------------------

-- What one asks for about an actor of one's own by `address`; the job. `wrong`
-- is for the form.
CREATE FUNCTION move_begin_write(viewer bigint, named text, wanted text,
	address text, OUT job bigint, OUT wrong text) LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	who constant bigint := own_actor(viewer, named);
	asked constant record := address_read(address);
BEGIN
	IF num_nonnulls(asked.handle, asked.url) = 0 THEN
		wrong := 'This is no address: write name@host, or the URL of'
			' its page.';
	ELSIF NOT is_federating() THEN
		wrong := 'This server does not speak with others.';
	ELSE
		job := fetch_now_write(jsonb_build_object('what', wanted,
			'actorId', who, 'handle', asked.handle, 'url', asked.url,
			'written', address, 'asked', clock_timestamp()),
			wanted || ' ' || who);
	END IF;
END $$;

-- An account or a channel of the viewer's.
CREATE FUNCTION own_actor(viewer bigint, named text) RETURNS bigint
STABLE LANGUAGE plpgsql AS $$
DECLARE
	found constant bigint := (SELECT a.id FROM actor a
		LEFT JOIN channel c ON c.actor_id = a.id
		JOIN account p ON p.actor_id = a.id OR p.id = c.account_id
		WHERE a.name = named AND p.user_id = viewer);
BEGIN
	IF found IS NULL THEN
		PERFORM refuse('404', 'You have no account or channel of this'
			' name.');
	END IF;
	RETURN found;
END $$;

-- Whom a job's payload names, as its server describes it since that was asked.
CREATE FUNCTION move_named(argument jsonb) RETURNS actor
LANGUAGE plpgsql AS $$
DECLARE
	fresh constant interval := now() - (argument ->> 'asked')::timestamptz;
	found bigint;
	there actor;
BEGIN
	found := CASE WHEN argument ->> 'handle' IS NULL
		THEN remote_actor(argument ->> 'url', fresh)
		ELSE remote_handle(argument ->> 'handle') END;
	SELECT * INTO there FROM actor a WHERE a.id = found;
	IF there.host_id IS NOT NULL THEN
		PERFORM remote_actor(there.url, fresh);
		SELECT * INTO there FROM actor a WHERE a.id = found;
	END IF;
	RETURN there;
END $$;

-- Ends where one cannot be the other.
CREATE FUNCTION move_admit(who actor, there actor) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	IF who.id = there.id THEN
		PERFORM ap_refuse('This is the same one.');
	ELSIF (who.kind, there.kind) NOT IN (('Person', 'Person'),
			('Group', 'Group')) THEN
		PERFORM ap_refuse(format('%s is not of the same kind: an'
			' account goes with an account, a channel with a'
			' channel.', actor_handle(there)));
	END IF;
END $$;

-- Job `fetch {what: alias, actorId, handle or url, asked}`.
CREATE FUNCTION fetch_alias(argument jsonb) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	there actor;
	who actor;
BEGIN
	there := move_named(argument);
	SELECT * INTO who FROM actor a
	WHERE a.id = (argument ->> 'actorId')::bigint FOR NO KEY UPDATE;
	PERFORM move_admit(who, there);
	IF (SELECT count(*) FROM actor_alias l WHERE l.actor_id = who.id) >= 10
	THEN
		PERFORM ap_refuse('Ten are enough: take away one first.');
	END IF;
	INSERT INTO actor_alias (actor_id, other_id) VALUES (who.id, there.id)
	ON CONFLICT DO NOTHING;
	PERFORM actor_update_send(who.id);
	RETURN 'known as ' || actor_handle(there);
END $$;

-- Job `fetch {what: move, actorId, handle or url, asked}`: it has moved.
CREATE FUNCTION fetch_move(argument jsonb) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	there actor;
	who actor;
	id text;
BEGIN
	there := move_named(argument);
	SELECT * INTO who FROM actor a
	WHERE a.id = (argument ->> 'actorId')::bigint FOR NO KEY UPDATE;
	id := actor_id(who);
	PERFORM move_admit(who, there);
	IF who.moved_to IS NOT NULL THEN
		PERFORM ap_refuse('This one has moved already: take that back'
			' first.');
	ELSIF there.moved_to IS NOT NULL
			OR ap_id(ap_get(there.document, 'movedTo')) IS NOT NULL THEN
		PERFORM ap_refuse(actor_handle(there) || ' has moved itself.');
	ELSIF id <> ALL (actor_aliases(there)) THEN
		PERFORM ap_refuse(format('%s does not say that it is also known'
			' as %s. Name that one there first, then try again in a'
			' minute.', actor_handle(there), actor_handle(who)));
	END IF;
	UPDATE actor a SET moved_to = there.id, updated_at = now()
	WHERE a.id = who.id;
	PERFORM actor_update_send(who.id);
	PERFORM activity_send(who.id, json_build_object('type', 'Move',
		'id', id || '/moves/' || iso(clock_timestamp()), 'actor', id,
		'to', json_build_array(id || '/followers'), 'object', id,
		'target', actor_id(there)), remote_followers(ARRAY[who.id]));
	PERFORM followers_move(who.id, there.id);
	RETURN 'moved to ' || actor_handle(there);
END $$;

-- It is here after all: who has gone does not come back by itself.
CREATE FUNCTION move_back_write(viewer bigint, named text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	who constant bigint := own_actor(viewer, named);
BEGIN
	UPDATE actor a SET moved_to = NULL, updated_at = now()
	WHERE a.id = who AND a.moved_to IS NOT NULL;
	IF FOUND THEN
		PERFORM actor_update_send(who);
	END IF;
END $$;

CREATE FUNCTION alias_remove_write(viewer bigint, named text, other bigint)
RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	who constant bigint := own_actor(viewer, named);
BEGIN
	DELETE FROM actor_alias l WHERE l.actor_id = who AND l.other_id = other;
	IF FOUND THEN
		PERFORM actor_update_send(who);
	END IF;
END $$;

-- --- the page --------------------------------------------------------------------

-- Where an actor is now, for its page; NULL: here.
CREATE FUNCTION actor_moved(a actor) RETURNS jsonb
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT jsonb_build_object('handle', actor_handle(n),
			'path', actor_path(n.id))
		FROM actor n WHERE n.id = a.moved_to);
END $$;

-- How what was asked for stands, within the last hour; NULL: it is done.
CREATE FUNCTION move_asked(about text, refused text) RETURNS json
STABLE LANGUAGE plpgsql AS $$
BEGIN
	IF refused IS NOT NULL THEN
		RETURN json_build_object('isWaiting', false, 'written', refused,
			'why', NULL);
	END IF;
	RETURN (SELECT json_build_object('isWaiting', j.state <> 4,
			'written', j.payload ->> 'written', 'why', j.error)
		FROM job j
		WHERE j.uniq = about AND j.created_at > now() - interval '1 hour'
		ORDER BY j.id DESC LIMIT 1);
END $$;

-- `refused`: what was written in the form `wanted` of actor `named`.
CREATE FUNCTION move_page(viewer bigint, named text, wanted text, refused text)
RETURNS json
STABLE LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	RETURN json_build_object('errors', false, 'form', json_build_object(),
		'actors', (SELECT json_agg(json_build_object(
			'name', a.name, 'displayName', c.display_name,
			'handle', actor_handle(a), 'isChannel', c.id IS NOT NULL,
			'movedTo', actor_moved(a),
			'alias', move_asked('alias ' || a.id, CASE
				WHEN (a.name, 'alias') = (named, wanted) THEN refused END),
			'move', move_asked('move ' || a.id, CASE
				WHEN (a.name, 'move') = (named, wanted) THEN refused END),
			'aliases', (SELECT coalesce(json_agg(json_build_object(
				'id', o.id, 'handle', actor_handle(o), 'url',
				actor_id(o)) ORDER BY o.id), '[]')
				FROM actor_alias l
				JOIN actor o ON o.id = l.other_id
				WHERE l.actor_id = a.id))
			ORDER BY c.id NULLS FIRST)
		FROM account p
		CROSS JOIN LATERAL (SELECT p.actor_id, NULL::bigint AS id,
				p.display_name
			UNION ALL
			SELECT h.actor_id, h.id, h.display_name
			FROM channel h WHERE h.account_id = p.id) c
		JOIN actor a ON a.id = c.actor_id
		WHERE p.user_id = viewer));
END $$;

REVOKE ALL ON FUNCTION move_begin_write, move_back_write, alias_remove_write,
	move_page FROM PUBLIC;
GRANT EXECUTE ON FUNCTION move_begin_write, move_back_write,
	alias_remove_write, move_page TO cardume_page;

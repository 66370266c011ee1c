-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Who works on a channel beside its owner: asked by the owner, there once they
-- agreed. What they may do is said in 20-video.sql: channel_has_editor().

CREATE FUNCTION collaborator_state(id int) RETURNS json
IMMUTABLE LANGUAGE sql AS $$
	SELECT json_build_object('id', id, 'label',
		(ARRAY['Pending', 'Accepted', 'Rejected'])[id])
$$;

CREATE FUNCTION collaborator_document(k channel_collaborator) RETURNS jsonb
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN jsonb_build_object('id', k.id,
		'account', (SELECT a.face FROM account a
			WHERE a.id = k.account_id),
		'state', collaborator_state(k.state),
		'createdAt', iso(k.created_at),
		'updatedAt', iso(k.updated_at));
END $$;

-- At most 20 agreed or were asked; of those who refused as many are told.
CREATE FUNCTION collaborator_list(named text, viewer bigint) RETURNS json
STABLE LANGUAGE plpgsql AS $$
DECLARE
	channel constant bigint := channel_edited(named, viewer);
	found json;
BEGIN
	found := (SELECT json_agg(collaborator_document(k) ORDER BY k.id)
		FROM (SELECT * FROM channel_collaborator k
			WHERE k.channel_id = channel
			ORDER BY k.state = 3, k.id LIMIT 40) k);
	RETURN listed(coalesce(json_array_length(found), 0), found);
END $$;

CREATE FUNCTION collaborator_invite(named text, viewer bigint, wanted text)
RETURNS json LANGUAGE plpgsql AS $$
DECLARE
	channel constant bigint := channel_ruled(named, viewer);
	guest account;
	made channel_collaborator;
BEGIN
	SELECT * INTO guest FROM account WHERE id = account_named(wanted);
	PERFORM FROM channel c WHERE c.id = channel FOR NO KEY UPDATE;
	IF guest.user_id IS NULL OR guest.user_id = channel_owner(channel) THEN
		PERFORM refuse_field('accountHandle',
			'Should be somebody else''s account');
	ELSIF EXISTS (SELECT FROM channel_collaborator k
			WHERE k.channel_id = channel AND k.state <> 3
				AND k.account_id = guest.id) THEN
		PERFORM refuse('409', 'This account works on the channel, or'
			' was asked to.');
	ELSIF (SELECT count(*) FROM channel_collaborator k
			WHERE k.channel_id = channel AND k.state <> 3) >= 20
	THEN
		PERFORM refuse('400', 'A channel has at most 20'
			' collaborators.');
	END IF;
	DELETE FROM channel_collaborator k
	WHERE k.channel_id = channel AND k.account_id = guest.id;
	INSERT INTO channel_collaborator (channel_id, account_id)
	VALUES (channel, guest.id) RETURNING * INTO made;
	RETURN json_build_object('collaborator', collaborator_document(made));
END $$;

-- One of that channel's, locked; 404.
CREATE FUNCTION collaborator_of_write(named text, wanted bigint)
RETURNS channel_collaborator LANGUAGE plpgsql AS $$
DECLARE
	channel constant bigint := channel_named(named);
	k channel_collaborator;
BEGIN
	SELECT * INTO k FROM channel_collaborator c
	WHERE c.id = wanted AND c.channel_id = channel FOR UPDATE;
	IF NOT FOUND THEN
		PERFORM refuse('404', 'Collaborator not found');
	END IF;
	RETURN k;
END $$;

CREATE FUNCTION collaborator_answer(named text, wanted bigint, viewer bigint,
	answer int) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	k constant channel_collaborator := collaborator_of_write(named, wanted);
BEGIN
	IF k.account_id IS DISTINCT FROM account_of(viewer) THEN
		PERFORM refuse('403', 'Somebody else was asked.');
	ELSIF k.state <> 1 THEN
		PERFORM refuse('400', 'This was answered before.');
	END IF;
	UPDATE channel_collaborator SET state = answer, updated_at = now()
	WHERE id = k.id;
	RETURN '';
END $$;

CREATE FUNCTION collaborator_delete(named text, wanted bigint, viewer bigint)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	k constant channel_collaborator := collaborator_of_write(named, wanted);
BEGIN
	IF k.account_id IS DISTINCT FROM account_of(viewer) THEN
		PERFORM channel_ruled(named, viewer);
	END IF;
	DELETE FROM channel_collaborator WHERE id = k.id;
	RETURN '';
END $$;

-- The invited is told of the invitation, the owner of the answer.
CREATE FUNCTION notify_collaborator() RETURNS trigger
SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
BEGIN
	PERFORM notify_write(ARRAY[CASE WHEN NEW.state = 1
			THEN (SELECT a.user_id FROM account a
				WHERE a.id = NEW.account_id)
			ELSE channel_owner(NEW.channel_id) END],
		22 + NEW.state, account => CASE WHEN NEW.state = 1
			THEN (SELECT c.account_id FROM channel c
				WHERE c.id = NEW.channel_id)
			ELSE NEW.account_id END,
		collaborator => NEW.id);
	RETURN NULL;
END $$;
CREATE TRIGGER notify_collaborator AFTER INSERT ON channel_collaborator
	FOR EACH ROW EXECUTE FUNCTION notify_collaborator();
CREATE TRIGGER notify_collaborator_state AFTER UPDATE OF state
	ON channel_collaborator
	FOR EACH ROW WHEN (OLD.state <> NEW.state)
	EXECUTE FUNCTION notify_collaborator();

CREATE FUNCTION notification_collaborator(wanted bigint) RETURNS jsonb
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT jsonb_build_object('id', k.id,
		'state', collaborator_state(k.state), 'channel', c.face,
		'channelOwner', o.face, 'account', a.face)
		FROM channel_collaborator k
		JOIN channel c ON c.id = k.channel_id
		JOIN account o ON o.id = c.account_id
		JOIN account a ON a.id = k.account_id
		WHERE k.id = wanted);
END $$;

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Which function applies an activity of another server. Each is
-- apply_X(signer, activity, owner): the actor who has proved it, the activity
-- with `actor` as its id and one `object`, and whose inbox it came to (NULL: the
-- shared one). They return a few constant words, which are counted; those that
-- begin with "ignored" are of no use to us, with "unhandled" or "refused" are
-- kept for a day.

-- --- what is applied ---------------------------------------------------------

-- Of what kind an object of ours or theirs is that is only named; fetched where
-- nothing of that name is known and it has to be.
CREATE FUNCTION object_kind(object jsonb, is_fetched boolean) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	named constant text := ap_id(object);
BEGIN
	IF ap_type(object) IS NOT NULL AND ap_type(object) <> 'Tombstone' THEN
		RETURN ap_type(object);
	ELSIF EXISTS (SELECT FROM actor a WHERE a.url = named) THEN
		RETURN 'Person';
	ELSIF EXISTS (SELECT FROM video v WHERE v.url = named) THEN
		RETURN 'Video';
	ELSIF comment_at(named) IS NOT NULL THEN
		RETURN 'Note';
	ELSIF EXISTS (SELECT FROM playlist p WHERE p.url = named) THEN
		RETURN 'Playlist';
	ELSIF EXISTS (SELECT FROM mirror m WHERE m.url = named) THEN
		RETURN 'CacheFile';
	ELSIF is_fetched THEN
		RETURN ap_type(ap_fetched(named));
	END IF;
	RETURN NULL;
END $$;

-- The name of the functions of this kind of object.
CREATE FUNCTION object_subject(kind text) RETURNS text
IMMUTABLE LANGUAGE sql AS $$
	SELECT CASE WHEN kind IN ('Person', 'Group', 'Application', 'Service',
			'Organization') THEN 'actor'
		WHEN kind IN ('Note', 'Article', 'Page', 'Question', 'Image',
			'Audio', 'Event') THEN 'note'
		WHEN kind = 'Video' THEN 'video'
		WHEN kind = 'Playlist' THEN 'playlist'
		WHEN kind = 'CacheFile' THEN 'mirror' END
$$;

CREATE FUNCTION apply_create(signer bigint, activity jsonb, owner bigint)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	kind constant text := object_kind(activity -> 'object', true);
BEGIN
	CASE object_subject(kind)
		WHEN 'video' THEN
			RETURN apply_create_video(signer, activity, owner);
		WHEN 'note' THEN
			RETURN apply_create_note(signer, activity, owner);
		WHEN 'playlist' THEN
			RETURN apply_create_playlist(signer, activity, owner);
		WHEN 'mirror' THEN
			RETURN apply_mirror(signer, activity -> 'object');
		ELSE
			NULL;
	END CASE;
	RETURN CASE WHEN kind = 'WatchAction'
		THEN 'ignored: ' || kind ELSE 'unhandled: object' END;
END $$;

CREATE FUNCTION apply_update(signer bigint, activity jsonb, owner bigint)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	kind constant text := object_kind(activity -> 'object', true);
BEGIN
	CASE object_subject(kind)
		WHEN 'actor' THEN
			RETURN apply_update_actor(signer, activity, owner);
		WHEN 'video' THEN
			RETURN apply_update_video(signer, activity, owner);
		WHEN 'note' THEN
			RETURN apply_update_note(signer, activity, owner);
		WHEN 'playlist' THEN
			RETURN apply_update_playlist(signer, activity, owner);
		WHEN 'mirror' THEN
			RETURN apply_mirror(signer, activity -> 'object');
		ELSE
			NULL;
	END CASE;
	RETURN CASE WHEN kind = 'PlayerSettings'
		THEN 'ignored: ' || kind ELSE 'unhandled: object' END;
END $$;

-- Nothing is fetched: what we do not have we need not delete.
CREATE FUNCTION apply_delete(signer bigint, activity jsonb, owner bigint)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	object constant jsonb := activity -> 'object';
BEGIN
	PERFORM inbox_void_write(signer, ap_id(object));
	IF ap_id(object) = activity ->> 'actor' THEN
		RETURN apply_delete_actor(signer, activity, owner);
	END IF;
	CASE object_subject(object_kind(to_jsonb(ap_id(object)), false))
		WHEN 'actor' THEN
			RETURN 'refused: not its own actor';
		WHEN 'video' THEN
			RETURN apply_delete_video(signer, activity, owner);
		WHEN 'note' THEN
			RETURN apply_delete_note(signer, activity, owner);
		WHEN 'playlist' THEN
			RETURN apply_delete_playlist(signer, activity, owner);
		WHEN 'mirror' THEN
			RETURN apply_mirror_end(signer, ap_id(object));
		ELSE
			RETURN 'ignored: not here';
	END CASE;
END $$;

-- What is undone may be named by its id alone.
CREATE FUNCTION apply_undo(signer bigint, activity jsonb, owner bigint)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	object constant jsonb := activity -> 'object';
	named constant text := ap_id(object);
	kind constant text := coalesce(ap_type(object), CASE
		WHEN EXISTS (SELECT FROM follow f WHERE f.url = named)
			THEN 'Follow'
		WHEN EXISTS (SELECT FROM rate r WHERE r.url = named) THEN 'Like'
		WHEN EXISTS (SELECT FROM share s WHERE s.url = named)
			THEN 'Announce' END);
BEGIN
	IF coalesce(ap_id(object -> 'actor'), activity ->> 'actor')
			<> activity ->> 'actor' THEN
		RETURN 'refused: another''s';
	END IF;
	PERFORM inbox_void_write(signer, named);
	CASE kind
		WHEN 'Follow' THEN
			RETURN apply_undo_follow(signer, activity, owner);
		WHEN 'Like', 'Dislike', 'EmojiReact' THEN
			RETURN apply_undo_rate(signer, activity, owner);
		WHEN 'Announce' THEN
			RETURN apply_undo_announce(signer, activity, owner);
		WHEN 'Create' THEN
			RETURN CASE WHEN ap_type(object -> 'object') = 'CacheFile'
				THEN apply_mirror_end(signer,
					ap_id(object -> 'object'))
				ELSE 'ignored: Create' END;
		WHEN 'Block', 'Add', 'Flag' THEN
			RETURN 'ignored: ' || kind;
		ELSE
			RETURN CASE WHEN kind IS NULL THEN 'ignored: not here'
				ELSE 'unhandled: object' END;
	END CASE;
END $$;

-- Groups of Lemmy and its like announce what their members do. It is taken from
-- its origin, where it is about something of ours.
CREATE FUNCTION apply_relayed(inner_activity jsonb, owner bigint) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	object constant jsonb := inner_activity -> 'object';
	about constant text := coalesce(ap_id(object -> 'inReplyTo'),
		ap_id(object -> 'object'), ap_id(object));
BEGIN
	IF ap_is_ours(about) OR EXISTS (SELECT FROM comment c
			WHERE c.url = about) THEN
		-- what came is not what will be applied
		PERFORM set_config('cardume.activity_body', '', true);
		RETURN activity_from_origin(inner_activity, owner);
	END IF;
	RETURN 'ignored: not about us';
END $$;

CREATE FUNCTION activity_is_relayed(activity jsonb) RETURNS boolean
IMMUTABLE LANGUAGE sql AS $$
	SELECT coalesce(ap_type(activity) = 'Announce'
		AND ap_type(activity -> 'object') IN ('Create', 'Update',
			'Delete', 'Like', 'Dislike', 'Undo', 'Announce', 'Lock',
			'Add', 'Remove', 'Block'), false)
$$;

CREATE FUNCTION activity_switch(signer bigint, activity jsonb, owner bigint)
RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	CASE ap_type(activity)
	WHEN 'Create' THEN RETURN apply_create(signer, activity, owner);
	WHEN 'Update' THEN RETURN apply_update(signer, activity, owner);
	WHEN 'Delete' THEN RETURN apply_delete(signer, activity, owner);
	WHEN 'Undo' THEN RETURN apply_undo(signer, activity, owner);
	WHEN 'Follow' THEN RETURN apply_follow(signer, activity, owner);
	WHEN 'Accept' THEN RETURN apply_accept(signer, activity, owner);
	WHEN 'Reject' THEN RETURN apply_reject(signer, activity, owner);
	WHEN 'Announce' THEN RETURN apply_announce(signer, activity, owner);
	WHEN 'Like', 'EmojiReact' THEN
		RETURN apply_like(signer, activity, owner);
	WHEN 'Dislike' THEN RETURN apply_dislike(signer, activity, owner);
	WHEN 'View' THEN RETURN apply_view(signer, activity, owner);
	WHEN 'Flag' THEN RETURN apply_flag(signer, activity, owner);
	WHEN 'ApproveReply' THEN
		RETURN apply_approve_reply(signer, activity, owner);
	WHEN 'RejectReply' THEN
		RETURN apply_reject_reply(signer, activity, owner);
	WHEN 'Move' THEN RETURN apply_move(signer, activity, owner);
	WHEN 'Download', 'Add', 'Remove', 'Block', 'Read', 'Lock' THEN
		RETURN 'ignored';
	ELSE RETURN 'unhandled';
	END CASE;
END $$;

-- --- who may say it ----------------------------------------------------------

-- Refuses what is not the signer's to say, whatever it is about.
CREATE FUNCTION activity_check(signer bigint, activity jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	s actor;
	id constant text := ap_id(activity -> 'id');
BEGIN
	SELECT * INTO s FROM actor a WHERE a.id = signer;
	IF s.host_id IS NULL THEN
		PERFORM ap_refuse('its sender is none of another server');
	ELSIF ap_id(activity -> 'actor') IS DISTINCT FROM s.url THEN
		PERFORM ap_refuse('its actor is another');
	ELSIF id IS NOT NULL AND ap_host(id) IS DISTINCT FROM ap_host(s.url) THEN
		PERFORM ap_refuse('its id is of another server');
	ELSIF host_is_blocked(ap_host(s.url)) THEN
		PERFORM ap_refuse('blocked server');
	ELSIF EXISTS (SELECT FROM account_block b
			JOIN account p ON p.id = b.account_id
			WHERE b.owner_id IS NULL AND p.actor_id = s.id) THEN
		PERFORM ap_refuse('blocked account');
	END IF;
END $$;

-- What the signer has proved: one activity, for each of its objects (ten at
-- most).
CREATE FUNCTION activity_apply(signer bigint, activity jsonb, owner bigint)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	said jsonb := activity || jsonb_build_object('actor',
		ap_id(activity -> 'actor'));
	objects constant jsonb[] := ARRAY(SELECT o
		FROM ap_list(activity -> 'object') o LIMIT 11);
	became text := 'unhandled: no object';
BEGIN
	PERFORM activity_check(signer, activity);
	IF ap_type(activity) = 'Flag' THEN
		RETURN activity_switch(signer, said, owner);
	ELSIF cardinality(objects) > 10 THEN
		PERFORM ap_refuse('it has too many objects');
	END IF;
	FOR nr IN 1 .. cardinality(objects) LOOP
		said := said || jsonb_build_object('object', objects[nr]);
		became := CASE WHEN activity_is_relayed(said)
			THEN apply_relayed(objects[nr], owner)
			ELSE activity_switch(signer, said, owner) END;
	END LOOP;
	RETURN became;
END $$;

-- --- what nobody has proved --------------------------------------------------

-- Of what was handed on by another than its actor nothing is believed but its
-- ids: what its origin says is taken. Follows and what answers them must come
-- from who they are of.
CREATE FUNCTION activity_from_origin(activity jsonb, owner bigint)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	kind constant text := ap_type(activity);
	sender constant text := ap_id(activity -> 'actor');
BEGIN
	IF ap_host(sender) IS NULL OR ap_is_ours(sender) THEN
		PERFORM ap_refuse('its actor is none of another server');
	ELSIF kind IN ('Create', 'Update') THEN
		RETURN object_from_origin(activity, owner);
	ELSIF kind = 'Delete' THEN
		RETURN delete_from_origin(activity, owner);
	ELSIF kind IN ('Announce', 'Like', 'Dislike', 'EmojiReact', 'View',
			'Flag', 'Undo') THEN
		RETURN whole_from_origin(activity, owner);
	END IF;
	PERFORM ap_refuse('handed on by another than its actor');
	RETURN NULL;
END $$;

CREATE FUNCTION object_from_origin(activity jsonb, owner bigint) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	object constant text := ap_id(activity -> 'object');
	sender constant text := ap_id(activity -> 'actor');
	document jsonb;
BEGIN
	IF ap_host(object) IS DISTINCT FROM ap_host(sender) THEN
		PERFORM ap_refuse('its object is of another server');
	END IF;
	document := ap_fetched_anew(object);
	IF document IS NULL THEN
		PERFORM ap_refuse('its object is gone');
	ELSIF NOT sender = ANY (ap_ids(document -> 'attributedTo')
			|| (document ->> 'id')) THEN
		PERFORM ap_refuse('its object is another''s');
	END IF;
	RETURN activity_apply(remote_actor(sender), jsonb_build_object(
		'type', ap_type(activity), 'actor', sender, 'object', document),
		owner);
END $$;

CREATE FUNCTION whole_from_origin(activity jsonb, owner bigint) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	id constant text := ap_id(activity -> 'id');
	sender constant text := ap_id(activity -> 'actor');
	document jsonb;
BEGIN
	IF ap_host(id) IS DISTINCT FROM ap_host(sender) THEN
		PERFORM ap_refuse('its id is of another server');
	END IF;
	document := ap_fetched_anew(id);
	IF ap_type(document) IS DISTINCT FROM ap_type(activity)
			OR ap_id(document -> 'actor') IS DISTINCT FROM sender THEN
		PERFORM ap_refuse('its origin does not say so');
	END IF;
	RETURN activity_apply(remote_actor(sender), document, owner);
END $$;

-- Gone there, so gone here, whoever told us: with the rights of whose it was.
CREATE FUNCTION delete_from_origin(activity jsonb, owner bigint) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	object constant text := ap_id(activity -> 'object');
	whose bigint;
	document jsonb;
BEGIN
	whose := (SELECT a.id FROM actor a WHERE a.url = object
		UNION ALL SELECT a.actor_id FROM video v
			JOIN channel c ON c.id = v.channel_id
			JOIN account a ON a.id = c.account_id
			WHERE v.url = object
		UNION ALL SELECT a.actor_id FROM comment c
			JOIN account a ON a.id = c.account_id
			WHERE c.url = object
		UNION ALL SELECT a.actor_id FROM playlist p
			JOIN account a ON a.id = p.account_id
			WHERE p.url = object
		LIMIT 1);
	IF whose IS NULL THEN
		RETURN 'ignored: not here';
	END IF;
	document := ap_fetched_anew(object);
	IF ap_type(document) IS DISTINCT FROM 'Tombstone'
			AND document IS NOT NULL THEN
		PERFORM ap_refuse('its origin has it');
	ELSIF EXISTS (SELECT FROM actor a WHERE a.url = object)
			AND document IS NULL THEN
		-- with all that is its own: not for the first 404
		RETURN fetch_actor(jsonb_build_object('url', object));
	END IF;
	RETURN apply_delete(whose, jsonb_build_object('type', 'Delete',
		'actor', (SELECT a.url FROM actor a WHERE a.id = whose),
		'object', object), owner);
END $$;

-- --- what was posted ---------------------------------------------------------

-- The body of a request. `by`: who has proved what it says, NULL: nobody has.
-- A list of activities is taken one by one, fifty at most: what is refused of
-- it is left out.
CREATE FUNCTION activity_taken(by bigint, body jsonb, owner bigint)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	item jsonb;
	nr int := 0;
BEGIN
	IF NOT ap_is_collection(body) THEN
		RETURN CASE WHEN by IS NULL
			THEN activity_from_origin(body, owner)
			ELSE activity_apply(by, body, owner) END;
	ELSIF by IS NULL THEN
		PERFORM ap_refuse('handed on by another than its actor');
	END IF;
	PERFORM set_config('cardume.activity_body', '', true);
	FOR item IN SELECT i FROM ap_list(coalesce(body -> 'orderedItems',
			body -> 'items')) i LIMIT 50 LOOP
		IF jsonb_typeof(item) = 'object' THEN
			nr := nr + activity_try(by, item, owner);
		END IF;
	END LOOP;
	RETURN CASE WHEN nr > 0 THEN 'list' ELSE 'refused: all of it' END;
END $$;

-- 1: it was taken, 0: refused.
CREATE FUNCTION activity_try(by bigint, activity jsonb, owner bigint)
RETURNS int LANGUAGE plpgsql AS $$
BEGIN
	PERFORM activity_apply(by, activity, owner);
	RETURN 1;
EXCEPTION WHEN SQLSTATE 'AP002' THEN
	RETURN 0;
END $$;

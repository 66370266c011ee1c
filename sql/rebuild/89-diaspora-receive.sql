-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What persons of diaspora* pods do: they follow channels, comment, like, and
-- take that back. The worker has proved that `person` said it (and, of what is
-- relayed, that it is signed for that).

-- --- taking in ---------------------------------------------------------------

-- A letter for one of ours (its GUID) or, NULL, for whom it concerns; gives
-- HTTP's status.
CREATE FUNCTION diaspora_receive_write(guid text, body text) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	owner constant bigint := diaspora_ours(guid);
BEGIN
	IF NOT is_federating() THEN
		RETURN 403;
	ELSIF guid IS NOT NULL AND owner IS NULL THEN
		RETURN 404;
	ELSIF (SELECT count(*) FROM (SELECT FROM job j WHERE j.queue = 16
			AND j.state IN (0, 2) LIMIT 10000) w) = 10000 THEN
		RETURN 503;
	END IF;
	PERFORM diaspora_job(jsonb_build_object('what', 'receive',
		'ownerId', owner, 'body', body));
	RETURN 202;
END $$;

-- --- applying ----------------------------------------------------------------

CREATE FUNCTION diaspora_field(entity jsonb, wanted text) RETURNS text
IMMUTABLE LANGUAGE sql AS $$
	SELECT f ->> 1 FROM jsonb_array_elements(entity -> 'fields') f
	WHERE f ->> 0 = wanted LIMIT 1
$$;

-- One of our channels or accounts by its diaspora* ID.
CREATE FUNCTION diaspora_our_actor(named text) RETURNS actor
STABLE LANGUAGE plpgsql AS $$
DECLARE
	found actor;
BEGIN
	SELECT a.* INTO found FROM actor a
	WHERE a.host_id IS NULL AND a.kind IN ('Group', 'Person')
		AND a.name || '@' || our_host() = lower(named);
	RETURN found;
END $$;

-- The video that is a post's GUID, where everybody may see it.
CREATE FUNCTION diaspora_video(guid text) RETURNS video
STABLE LANGUAGE plpgsql AS $$
DECLARE
	v video;
BEGIN
	IF guid ~ '^[0-9a-f]{32}$' THEN
		SELECT * INTO v FROM video x WHERE x.uuid = guid::uuid
			AND x.host_id IS NULL AND x.privacy = 1
			AND video_is_told(x);
	END IF;
	RETURN v;
END $$;

-- Our profile, sealed for one person.
CREATE FUNCTION diaspora_profile_send(us actor, person bigint) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	title constant text := diaspora_name(us);
	picture constant text := diaspora_picture(us);
BEGIN
	PERFORM diaspora_send(us.id, 'profile', json_build_array(
			json_build_array('author', diaspora_id(us)),
			json_build_array('full_name', title),
			json_build_array('first_name', title),
			json_build_array('last_name', ''),
			json_build_array('image_url', picture),
			json_build_array('image_url_medium', picture),
			json_build_array('image_url_small', picture),
			json_build_array('bio', coalesce((SELECT c.description
				FROM channel c WHERE c.actor_id = us.id), '')),
			json_build_array('searchable', 'true'),
			json_build_array('public', 'true'),
			json_build_array('nsfw', 'false')),
		ARRAY[p.pod || '/receive/users/' || p.guid],
		jsonb_build_object('key', a.public_key))
	FROM diaspora_person p JOIN actor a ON a.id = p.actor_id
	WHERE p.actor_id = person;
END $$;

-- `sharing` is what diaspora* sends when it begins to follow.
CREATE FUNCTION diaspora_contact(person bigint, entity jsonb) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	us constant actor := diaspora_our_actor(
		diaspora_field(entity, 'recipient'));
BEGIN
	IF us.id IS NULL OR us.kind <> 'Group' THEN
		RETURN 'ignored: no channel of ours';
	ELSIF coalesce(diaspora_field(entity, 'following'), '') <> 'true' THEN
		DELETE FROM follow f WHERE f.follower_id = person
			AND f.target_id = us.id AND f.state <> 'rejected';
		RETURN 'ended';
	ELSIF follow_decision(person, us.id) = 'rejected' THEN
		RETURN 'rejected';
	END IF;
	INSERT INTO follow AS f (follower_id, target_id, state)
	VALUES (person, us.id, 'accepted')
	ON CONFLICT (follower_id, target_id) DO UPDATE
		SET state = 'accepted', updated_at = now();
	PERFORM diaspora_profile_send(us, person);
	RETURN 'followed';
END $$;

-- In our envelope to all who hear of the post.
CREATE FUNCTION diaspora_relay(v video, entity jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	channel constant actor := diaspora_channel(v);
BEGIN
	PERFORM diaspora_send(channel.id, entity ->> 'name',
		(entity -> 'fields')::json, diaspora_pods(channel.id, v.id));
END $$;

CREATE FUNCTION diaspora_guid_is_good(guid text) RETURNS boolean
IMMUTABLE LANGUAGE sql AS $$
	SELECT coalesce(guid ~ '^[A-Za-z0-9_@.:-]{15,254}[A-Za-z0-9]$', false)
$$;

CREATE FUNCTION diaspora_comment_apply(person bigint, entity jsonb)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	said constant text := diaspora_field(entity, 'guid');
	words constant text := btrim(left(diaspora_field(entity, 'text'), 10000),
		E' \t\r\n');
	v constant video := diaspora_video(diaspora_field(entity, 'parent_guid'));
	pod constant text := (SELECT p.pod FROM diaspora_person p
		WHERE p.actor_id = person);
	author account;
	made comment;
BEGIN
	IF v.id IS NULL OR NOT diaspora_guid_is_good(said)
			OR coalesce(words, '') = '' THEN
		RETURN 'ignored: not about a video';
	ELSIF EXISTS (SELECT FROM diaspora_comment c
			WHERE c.guid = said) THEN
		RETURN 'known';
	END IF;
	SELECT * INTO author FROM account a WHERE a.actor_id = person;
	PERFORM comment_admit(v, author, '{}');
	INSERT INTO comment (url, video_id, channel_id, account_id, thread_id,
		in_reply_to_id, text, held_for_review, created_at)
	SELECT pod || '/posts/' || diaspora_guid(v) || '#' || said, v.id,
		v.channel_id, author.id, coalesce(p.thread_id, p.id), p.id, words,
		comment_is_held(v, NULL, words),
		least(now(), coalesce(ap_time(jsonb_build_object('at',
			diaspora_field(entity, 'created_at')), 'at'), now()))
	FROM (SELECT) one LEFT JOIN (SELECT c.* FROM diaspora_comment d
		JOIN comment c ON c.id = d.comment_id
		WHERE d.guid = diaspora_field(entity, 'thread_parent_guid')
			AND c.video_id = v.id) p ON true
	ON CONFLICT (url) DO NOTHING RETURNING * INTO made;
	IF made.id IS NULL THEN
		RETURN 'known';
	END IF;
	INSERT INTO diaspora_comment (comment_id, guid) VALUES (made.id, said);
	INSERT INTO diaspora_participant VALUES (v.id, person)
	ON CONFLICT DO NOTHING;
	PERFORM comment_tag_write(made, v);
	PERFORM diaspora_relay(v, entity) WHERE NOT made.held_for_review;
	RETURN 'comment';
END $$;

CREATE FUNCTION diaspora_like(person bigint, entity jsonb) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	said constant text := diaspora_field(entity, 'guid');
	v constant video := diaspora_video(diaspora_field(entity, 'parent_guid'));
BEGIN
	IF v.id IS NULL OR NOT diaspora_guid_is_good(said)
			OR diaspora_field(entity, 'positive') <> 'true'
			OR diaspora_field(entity, 'parent_type') <> 'Post' THEN
		RETURN 'ignored: not about a video';
	ELSIF is_muted(video_owner(v), (SELECT a.id FROM account a
			WHERE a.actor_id = person)) THEN
		PERFORM ap_refuse('its author is blocked');
	END IF;
	INSERT INTO rate (account_id, video_id, rating, url)
	SELECT a.id, v.id, 'like', p.pod || '/likes/' || said
	FROM account a JOIN diaspora_person p ON p.actor_id = a.actor_id
	WHERE a.actor_id = person
	ON CONFLICT (account_id, video_id) DO NOTHING;
	IF FOUND THEN
		PERFORM diaspora_relay(v, entity);
	END IF;
	RETURN 'like';
END $$;

-- By who has written it: nobody else's are looked at.
CREATE FUNCTION diaspora_retraction(person bigint, entity jsonb) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	said constant text := diaspora_field(entity, 'target_guid');
	author constant bigint := (SELECT a.id FROM account a
		WHERE a.actor_id = person);
	v video;
	wanted bigint;
BEGIN
	SELECT c.id INTO wanted FROM diaspora_comment d
	JOIN comment c ON c.id = d.comment_id
	WHERE d.guid = said AND c.account_id = author;
	IF wanted IS NOT NULL THEN
		PERFORM comment_erase_write(ARRAY[wanted]);
		RETURN 'comment deleted';
	END IF;
	DELETE FROM rate r USING diaspora_person p, video x
	WHERE r.account_id = author AND p.actor_id = person
		AND r.url = p.pod || '/likes/' || said AND x.id = r.video_id
	RETURNING x.* INTO v;
	IF v.id IS NOT NULL THEN
		PERFORM diaspora_retract(v, said, 'Like');
	END IF;
	RETURN CASE WHEN v.id IS NULL THEN 'not here' ELSE 'like undone' END;
END $$;

-- What is not understood is passed over.
CREATE FUNCTION diaspora_apply_write(person bigint, owner bigint, entity jsonb)
RETURNS text LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	CASE entity ->> 'name'
	WHEN 'contact' THEN RETURN diaspora_contact(person, entity);
	WHEN 'comment' THEN RETURN diaspora_comment_apply(person, entity);
	WHEN 'like' THEN RETURN diaspora_like(person, entity);
	WHEN 'retraction' THEN RETURN diaspora_retraction(person, entity);
	WHEN 'participation' THEN
		INSERT INTO diaspora_participant
		SELECT v.id, person FROM diaspora_video(
			diaspora_field(entity, 'parent_guid')) v
		WHERE v.id IS NOT NULL
		ON CONFLICT DO NOTHING;
		RETURN 'participation';
	WHEN 'profile' THEN
		UPDATE account SET display_name = coalesce(ap_line(coalesce(
			nullif(diaspora_field(entity, 'full_name'), ''),
			diaspora_field(entity, 'first_name')), 120), display_name)
		WHERE actor_id = person;
		RETURN 'profile';
	WHEN 'account_deletion' THEN
		DELETE FROM account WHERE actor_id = person;
		DELETE FROM actor WHERE id = person;
		RETURN 'account deleted';
	ELSE RETURN 'ignored: ' || left(entity ->> 'name', 50);
	END CASE;
EXCEPTION WHEN SQLSTATE 'AP002' THEN
	RETURN 'refused: ' || SQLERRM;
END $$;

-- --- comments of others on our videos ----------------------------------------

-- Comments by who has no key of a pod's are told by their channel: those of our
-- accounts too, so that a pod need not find their authors first.
CREATE FUNCTION diaspora_comment_send(c comment, v video) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	channel constant actor := diaspora_channel(v);
	urls constant text[] := diaspora_pods(channel.id, v.id);
	author actor;
	made constant text := replace(gen_random_uuid()::text, '-', '');
BEGIN
	SELECT a.* INTO author FROM account o JOIN actor a ON a.id = o.actor_id
	WHERE o.id = c.account_id;
	IF urls = '{}' OR EXISTS (SELECT FROM diaspora_person p
			WHERE p.actor_id = author.id AND p.pod IS NOT NULL) THEN
		RETURN;
	END IF;
	INSERT INTO diaspora_comment (comment_id, guid) VALUES (c.id, made)
	ON CONFLICT DO NOTHING;
	IF NOT FOUND THEN
		RETURN;
	END IF;
	PERFORM diaspora_send(channel.id, 'comment', json_build_array(
		json_build_array('author', diaspora_id(channel)),
		json_build_array('guid', made),
		json_build_array('parent_guid', diaspora_guid(v)),
		json_build_array('text', '**' || diaspora_id(author) ||
			E'** wrote:\n\n' || CASE WHEN c.is_html
			THEN regexp_replace(c.text, '<[^>]*>', '', 'g')
			ELSE c.text END),
		json_build_array('created_at', diaspora_time(c.created_at))),
		urls, jsonb_build_object('relayed', true));
END $$;

CREATE FUNCTION diaspora_comment_told() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	v video;
BEGIN
	SELECT x.* INTO v FROM video x JOIN diaspora_post p ON p.video_id = x.id
	WHERE x.id = NEW.video_id;
	IF v.id IS NULL THEN
		RETURN NULL;
	ELSIF comment_is_told(NEW) THEN
		PERFORM diaspora_comment_send(NEW, v);
	ELSIF TG_OP = 'UPDATE' AND NEW.deleted_at IS NOT NULL THEN
		PERFORM diaspora_retract(v, d.guid, 'Comment')
		FROM diaspora_comment d WHERE d.comment_id = NEW.id;
	END IF;
	RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER diaspora_comment_told
	AFTER INSERT OR UPDATE OF held_for_review, deleted_at ON comment
	DEFERRABLE INITIALLY DEFERRED
	FOR EACH ROW EXECUTE FUNCTION diaspora_comment_told();

REVOKE ALL ON FUNCTION diaspora_receive_write, diaspora_apply_write
	FROM PUBLIC;
GRANT EXECUTE ON FUNCTION diaspora_receive_write TO cardume_ap;
GRANT EXECUTE ON FUNCTION diaspora_apply_write TO cardume_worker;

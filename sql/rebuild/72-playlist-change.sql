-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Changes of playlists and of what is in them.

-- A member of a form of a playlist: NULL where it is absent, empty or null.
-- Multipart forms can only write null as a word.
CREATE FUNCTION playlist_member(form jsonb, member text) RETURNS text
STABLE LANGUAGE plpgsql AS $$
BEGIN
	IF jsonb_typeof(form -> member) IN ('object', 'array', 'boolean') THEN
		PERFORM refuse_field(member, member || ' should be one value');
	END IF;
	RETURN nullif(nullif(form ->> member, ''), 'null');
END $$;

-- What is wrong with it is refused. {displayName, description, privacy,
-- videoChannelId}; `owner` is the account whose playlist it is.
CREATE FUNCTION playlist_check(form jsonb, owner bigint) RETURNS void
STABLE LANGUAGE plpgsql AS $$
DECLARE
	name constant text := form ->> 'displayName';
	description constant text := playlist_member(form, 'description');
	privacy constant text := playlist_member(form, 'privacy');
	home constant text := playlist_member(form, 'videoChannelId');
	holder bigint;
BEGIN
	IF form ? 'displayName' AND (jsonb_typeof(form -> 'displayName')
			NOT IN ('string', 'number')
			OR char_length(name) NOT BETWEEN 1 AND 120) THEN
		PERFORM refuse_field('displayName',
			'Should have a display name of 1 to 120 characters');
	ELSIF char_length(description) NOT BETWEEN 3 AND 1000 THEN
		PERFORM refuse_field('description',
			'Should have a description of 3 to 1000 characters');
	ELSIF privacy NOT IN ('1', '2', '3') THEN
		PERFORM refuse_field('privacy',
			'Should have a valid playlist privacy');
	ELSIF home IS NULL THEN
		RETURN;
	ELSIF number_or_null(home) IS NULL THEN
		PERFORM refuse_field('videoChannelId',
			'Should have a valid channel id');
	END IF;
	holder := (SELECT account_id FROM channel
		WHERE id = number_or_null(home));
	IF holder IS NULL THEN
		PERFORM refuse('404', 'Video channel not found');
	ELSIF holder <> owner THEN
		PERFORM refuse('403', 'This channel belongs to somebody else.');
	END IF;
END $$;

-- Places in the channels of an account are changed by one at a time, who takes
-- this lock before those of rows.
CREATE FUNCTION playlist_places_lock(account bigint) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_advisory_xact_lock(hashtext('playlist ' || account));
END $$;

-- The place behind the others of a channel.
CREATE FUNCTION playlist_place(channel bigint) RETURNS int
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN CASE WHEN channel IS NOT NULL THEN
		1 + coalesce((SELECT max(channel_position) FROM playlist
			WHERE channel_id = channel), 0) END;
END $$;

-- A channel's places have no gaps.
CREATE FUNCTION playlist_close_gap() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM playlist_places_lock(OLD.account_id);
	UPDATE playlist SET channel_position = channel_position - 1
	WHERE channel_id = OLD.channel_id
		AND channel_position > OLD.channel_position;
	RETURN NULL;
END $$;
CREATE TRIGGER playlist_deleted AFTER DELETE ON playlist
	FOR EACH ROW WHEN (OLD.channel_id IS NOT NULL)
	EXECUTE FUNCTION playlist_close_gap();
CREATE TRIGGER playlist_moved AFTER UPDATE OF channel_id ON playlist
	FOR EACH ROW WHEN (OLD.channel_id IS NOT NULL
		AND OLD.channel_id IS DISTINCT FROM NEW.channel_id)
	EXECUTE FUNCTION playlist_close_gap();

-- {"videoPlaylist": {id, uuid, shortUUID}} of a new one. The form's members
-- are those of playlist_check(), numbers or texts.
CREATE FUNCTION playlist_create(viewer bigint, form jsonb) RETURNS json
LANGUAGE plpgsql AS $$
DECLARE
	owner constant bigint := account_of(viewer);
	channel bigint;
	privacy int;
	made playlist;
BEGIN
	IF NOT form ? 'displayName' THEN
		PERFORM refuse_field('displayName', 'displayName is missing');
	END IF;
	PERFORM playlist_check(form, owner);
	channel := playlist_member(form, 'videoChannelId')::bigint;
	privacy := coalesce(playlist_member(form, 'privacy')::int, 3);
	IF privacy = 1 AND channel IS NULL THEN
		PERFORM refuse('400', 'Cannot set "public" a playlist that is'
			' not assigned to a channel.');
	END IF;
	PERFORM playlist_places_lock(owner);
	INSERT INTO playlist (account_id, channel_id, channel_position, privacy,
		name, description, short_uuid)
	VALUES (owner, channel, playlist_place(channel), privacy,
		form ->> 'displayName', playlist_member(form, 'description'),
		'')
	RETURNING * INTO made;
	RETURN json_build_object('videoPlaylist', json_build_object(
		'id', made.id, 'uuid', made.uuid,
		'shortUUID', made.short_uuid));
END $$;

-- What was sent takes the place of what is there. The playlist's id.
CREATE FUNCTION playlist_update(viewer bigint, named text, form jsonb)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	p playlist := playlist_opened(named, viewer);
	was bigint;
BEGIN
	PERFORM playlist_places_lock(p.account_id);
	p := playlist_edited_write(named, viewer);
	was := p.channel_id;
	IF p.kind = 2 THEN
		PERFORM refuse('400', 'Cannot update a watch later playlist');
	END IF;
	PERFORM playlist_check(form, p.account_id);
	IF form ? 'videoChannelId' THEN
		p.channel_id := playlist_member(form, 'videoChannelId')::bigint;
	END IF;
	p.privacy := coalesce(playlist_member(form, 'privacy')::int, p.privacy);
	IF p.privacy = 1 AND p.channel_id IS NULL THEN
		PERFORM refuse('400', 'Cannot set "public" a playlist that is'
			' not assigned to a channel.');
	END IF;
	IF p.channel_id IS DISTINCT FROM was THEN
		IF channel_has_editor(was, viewer) AND NOT may_act_for(viewer,
				playlist_owner(p)) THEN
			PERFORM refuse('403', 'Only its owner may move this'
				' playlist.');
		END IF;
		p.channel_position := playlist_place(p.channel_id);
	END IF;
	IF form ? 'description' THEN
		p.description := playlist_member(form, 'description');
	END IF;
	UPDATE playlist SET channel_id = p.channel_id,
		channel_position = p.channel_position, privacy = p.privacy,
		name = coalesce(form ->> 'displayName', name),
		description = p.description, updated_at = now()
	WHERE id = p.id;
	RETURN p.id;
END $$;

CREATE FUNCTION playlist_delete(named text, viewer bigint) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
	p playlist;
BEGIN
	SELECT * INTO p FROM playlist WHERE id = playlist_id(named);
	IF p.id IS NULL OR NOT (may_act_for(viewer, playlist_owner(p))
			OR channel_has_editor(p.channel_id, viewer)) THEN
		p := playlist_opened(named, viewer);
		PERFORM refuse('403',
			'This playlist belongs to somebody else.');
	ELSIF p.kind = 2 THEN
		PERFORM refuse('400', 'Cannot delete a watch later playlist.');
	END IF;
	PERFORM playlist_places_lock(p.account_id);
	DELETE FROM playlist WHERE id = p.id;
	RETURN p.id;
END $$;

-- {"videoPlaylistElement": {"id"}} of a new one, behind the others.
CREATE FUNCTION playlist_add_write(named text, viewer bigint, wanted text,
	start int, stop int) RETURNS json LANGUAGE plpgsql AS $$
DECLARE
	p constant playlist := playlist_edited_write(named, viewer);
	v video;
	made bigint;
BEGIN
	SELECT * INTO v FROM video WHERE id = video_id(wanted);
	IF v.id IS NULL OR video_access(v, viewer, wanted LIKE '%-%') = 'hidden'
	THEN
		PERFORM refuse('404', 'Video not found');
	END IF;
	INSERT INTO playlist_element (playlist_id, video_id, position,
		start_timestamp, stop_timestamp)
	VALUES (p.id, v.id, p.videos + 1, start, stop)
	RETURNING id INTO made;
	RETURN json_build_object('videoPlaylistElement',
		json_build_object('id', made));
END $$;

CREATE FUNCTION playlist_element_update(named text, viewer bigint,
	element bigint, form jsonb) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	p constant playlist := playlist_edited_write(named, viewer);
	start constant int := playlist_member(form, 'startTimestamp')::int;
	stop constant int := playlist_member(form, 'stopTimestamp')::int;
BEGIN
	UPDATE playlist_element SET
		start_timestamp = CASE WHEN form ? 'startTimestamp' THEN start
			ELSE start_timestamp END,
		stop_timestamp = CASE WHEN form ? 'stopTimestamp' THEN stop
			ELSE stop_timestamp END,
		updated_at = now()
	WHERE id = element AND playlist_id = p.id;
	IF NOT FOUND THEN
		PERFORM refuse('404', 'Video playlist element not found');
	END IF;
	UPDATE playlist SET updated_at = now() WHERE id = p.id;
	RETURN element;
END $$;

CREATE FUNCTION playlist_element_delete(named text, viewer bigint,
	element bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	p constant playlist := playlist_edited_write(named, viewer);
	place int;
BEGIN
	DELETE FROM playlist_element
	WHERE id = element AND playlist_id = p.id
	RETURNING position INTO place;
	IF place IS NULL THEN
		PERFORM refuse('404', 'Video playlist element not found');
	END IF;
	UPDATE playlist_element SET position = position - 1
	WHERE playlist_id = p.id AND position > place;
	RETURN element;
END $$;

-- Where the thing at `place` comes to be when `nr` things from `start` on are
-- put behind the one at `after`.
CREATE FUNCTION place_moved(place int, start int, nr int, after int)
RETURNS int IMMUTABLE LANGUAGE sql AS $$
	SELECT CASE
		WHEN place >= start AND place < start + nr THEN place +
			CASE WHEN after >= start THEN after - (start + nr - 1)
				ELSE after + 1 - start END
		WHEN after < start AND place > after AND place < start
			THEN place + nr
		WHEN after >= start AND place >= start + nr AND place <= after
			THEN place - nr
		ELSE place END
$$;

-- Refuses what is beyond the list; false: nothing would move.
CREATE FUNCTION places_checked(start int, nr int, after int, total int)
RETURNS boolean STABLE LANGUAGE plpgsql AS $$
BEGIN
	IF start > total OR after > total THEN
		PERFORM refuse('400', 'Start position or insert after position'
			' exceed the playlist limits (max: ' || total || ')');
	ELSIF start + nr - 1 > total THEN
		PERFORM refuse('400', 'Reorder length with this start position'
			' exceeds the playlist limits (max: ' || total || ')');
	END IF;
	RETURN after < start - 1 OR after >= start + nr;
END $$;

CREATE FUNCTION playlist_reorder_write(named text, viewer bigint, start int,
	after int, nr int) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	p constant playlist := playlist_edited_write(named, viewer);
BEGIN
	IF places_checked(start, nr, after, p.videos) THEN
		UPDATE playlist_element SET
			position = place_moved(position, start, nr, after)
		WHERE playlist_id = p.id
			AND position BETWEEN least(start, after + 1)
				AND greatest(start + nr - 1, after);
		UPDATE playlist SET updated_at = now() WHERE id = p.id;
	END IF;
	RETURN p.id;
END $$;

CREATE FUNCTION channel_playlists_reorder_write(name text, viewer bigint,
	start int, after int, nr int) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	home constant bigint := channel_named(name);
	total int;
BEGIN
	IF NOT channel_may_edit(home, viewer) THEN
		PERFORM refuse('403', 'This channel belongs to somebody else.');
	END IF;
	PERFORM playlist_places_lock((SELECT c.account_id FROM channel c
		WHERE c.id = home));
	total := (SELECT coalesce(max(channel_position), 0) FROM playlist
		WHERE channel_id = home);
	IF places_checked(start, nr, after, total) THEN
		UPDATE playlist SET channel_position =
			place_moved(channel_position, start, nr, after)
		WHERE channel_id = home
			AND channel_position BETWEEN least(start, after + 1)
				AND greatest(start + nr - 1, after);
	END IF;
	RETURN home;
END $$;

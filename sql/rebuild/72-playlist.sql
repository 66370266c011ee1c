-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Playlists: who sees and changes them, their documents and their lists.

CREATE FUNCTION playlist_derive() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	NEW.short_uuid := short_uuid(NEW.uuid);
	NEW.folded := lower(unaccent(NEW.name));
	RETURN NEW;
END $$;
CREATE TRIGGER playlist_derive BEFORE INSERT OR UPDATE OF uuid, name
	ON playlist FOR EACH ROW EXECUTE FUNCTION playlist_derive();

-- A user's list of what to watch later, as old as the user.
CREATE FUNCTION playlist_watch_later() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	INSERT INTO playlist (account_id, kind, privacy, name, short_uuid)
	VALUES (NEW.id, 2, 3, 'Watch later', '');
	RETURN NULL;
END $$;
CREATE TRIGGER playlist_watch_later AFTER INSERT ON account
	FOR EACH ROW WHEN (NEW.user_id IS NOT NULL)
	EXECUTE FUNCTION playlist_watch_later();
INSERT INTO playlist (account_id, kind, privacy, name, short_uuid)
SELECT id, 2, 3, 'Watch later', '' FROM account c
WHERE user_id IS NOT NULL AND NOT EXISTS (SELECT FROM playlist p
	WHERE p.account_id = c.id AND p.kind = 2);

CREATE FUNCTION playlist_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	UPDATE playlist SET updated_at = now(), videos = videos +
		CASE TG_OP WHEN 'INSERT' THEN 1 WHEN 'DELETE' THEN -1 ELSE 0 END
	WHERE id = CASE TG_OP WHEN 'DELETE' THEN OLD.playlist_id
		ELSE NEW.playlist_id END;
	RETURN NULL;
END $$;
CREATE TRIGGER playlist_counted AFTER INSERT OR DELETE ON playlist_element
	FOR EACH ROW EXECUTE FUNCTION playlist_counted();

-- A picture of its own goes with the playlist, or when it gets another.
CREATE FUNCTION playlist_picture_gone() RETURNS trigger
SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO job (queue, max_attempt, payload) VALUES (4, 12,
		jsonb_build_object('files', jsonb_build_array(
			'lazy-static/thumbnails/' || OLD.thumbnail)));
	RETURN NULL;
END $$;
CREATE TRIGGER playlist_picture_deleted AFTER DELETE ON playlist
	FOR EACH ROW WHEN (OLD.thumbnail IS NOT NULL)
	EXECUTE FUNCTION playlist_picture_gone();
CREATE TRIGGER playlist_picture_replaced AFTER UPDATE OF thumbnail ON playlist
	FOR EACH ROW WHEN (OLD.thumbnail IS NOT NULL
		AND OLD.thumbnail IS DISTINCT FROM NEW.thumbnail)
	EXECUTE FUNCTION playlist_picture_gone();

-- The numeric id of what a path named (query.h, type `video`).
CREATE FUNCTION playlist_id(named text) RETURNS bigint
STABLE LANGUAGE plpgsql AS $$
BEGIN
	IF named ~ '^[0-9]{1,18}$' THEN
		RETURN (SELECT id FROM playlist WHERE id = named::bigint);
	END IF;
	RETURN (SELECT id FROM playlist WHERE uuid = named::uuid);
END $$;

CREATE FUNCTION playlist_owner(p playlist) RETURNS bigint
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT user_id FROM account WHERE id = p.account_id);
END $$;

-- The owner and admins: a list is more personal than a video, and moderators
-- look after what is public.
CREATE FUNCTION playlist_may_edit(p playlist, viewer bigint) RETURNS boolean
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN viewer IS NOT NULL AND (viewer = playlist_owner(p)
		OR EXISTS (SELECT FROM app_user u WHERE u.id = viewer
			AND u.role = 0 AND NOT u.is_blocked));
END $$;

-- Unlisted ones have no other name than their UUID.
CREATE FUNCTION playlist_is_seen(p playlist, viewer bigint, by_uuid boolean)
RETURNS boolean STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN p.privacy = 1 OR (p.privacy = 2 AND by_uuid)
		OR playlist_may_edit(p, viewer);
END $$;

-- A playlist that the viewer may see; 404 where there is none.
CREATE FUNCTION playlist_opened(named text, viewer bigint) RETURNS playlist
STABLE LANGUAGE plpgsql AS $$
DECLARE
	p playlist;
BEGIN
	SELECT * INTO p FROM playlist WHERE id = playlist_id(named);
	IF p.id IS NULL OR NOT playlist_is_seen(p, viewer, named LIKE '%-%')
	THEN
		PERFORM refuse('404', 'Video playlist not found');
	END IF;
	RETURN p;
END $$;

-- One that the viewer may change: 404 where it is hidden, 403 where it is
-- another's. Locked, so that positions are given out once.
CREATE FUNCTION playlist_edited_write(named text, viewer bigint)
RETURNS playlist LANGUAGE plpgsql AS $$
DECLARE
	p playlist := playlist_opened(named, viewer);
BEGIN
	IF NOT playlist_may_edit(p, viewer) THEN
		PERFORM refuse('403',
			'This playlist belongs to somebody else.');
	END IF;
	SELECT * INTO p FROM playlist WHERE id = p.id FOR UPDATE;
	IF NOT FOUND THEN
		PERFORM refuse('404', 'Video playlist not found');
	END IF;
	RETURN p;
END $$;

-- ---------------------------------------------------------------------------
-- Documents

CREATE FUNCTION playlist_privacy(id int) RETURNS json
IMMUTABLE LANGUAGE sql AS $$
	SELECT json_build_object('id', id, 'label', CASE id WHEN 1 THEN 'Public'
		WHEN 2 THEN 'Unlisted' ELSE 'Private' END)
$$;

-- The picture of its own, else that of a video which everybody may see, of
-- the first 20.
CREATE VIEW playlist_picture AS
SELECT p.id, coalesce(p.thumbnail, t.filename) AS filename,
	coalesce(p.thumbnail_width, t.width) AS width,
	coalesce(p.thumbnail_height, t.height) AS height
FROM playlist p
LEFT JOIN LATERAL (SELECT t.filename, t.width, t.height
	FROM playlist_element e
	JOIN video v ON v.id = e.video_id
	JOIN thumbnail t ON t.video_id = v.id AND t.kind = 'thumbnail'
	WHERE e.playlist_id = p.id AND e.position <= 20
		AND v.is_published AND v.privacy IN (1, 2)
	ORDER BY e.position LIMIT 1) t ON p.thumbnail IS NULL;

CREATE VIEW playlist_document AS
SELECT p.id, row_to_json(d) AS document
FROM playlist p
JOIN account a ON a.id = p.account_id
LEFT JOIN channel c ON c.id = p.channel_id
JOIN playlist_picture t ON t.id = p.id
CROSS JOIN LATERAL (SELECT p.id, p.uuid,
	p.short_uuid AS "shortUUID",
	true AS "isLocal",
	origin() || '/video-playlists/' || p.uuid AS url,
	p.name AS "displayName",
	p.description,
	playlist_privacy(p.privacy) AS privacy,
	'/lazy-static/thumbnails/' || t.filename AS "thumbnailPath",
	origin() || '/lazy-static/thumbnails/' || t.filename AS "thumbnailUrl",
	CASE WHEN t.filename IS NULL THEN '[]'
		ELSE json_build_array(json_build_object('width', t.width,
			'height', t.height,
			'aspectRatio', aspect_name(t.width, t.height),
			'fileUrl', origin() || '/lazy-static/thumbnails/' ||
				t.filename)) END AS thumbnails,
	p.videos AS "videosLength",
	json_build_object('id', p.kind, 'label', CASE p.kind WHEN 1
		THEN 'Regular' ELSE 'Watch later' END) AS type,
	'/video-playlists/embed/' || p.short_uuid AS "embedPath",
	origin() || '/video-playlists/embed/' || p.short_uuid AS "embedUrl",
	iso(p.created_at) AS "createdAt",
	iso(p.updated_at) AS "updatedAt",
	a.face AS "ownerAccount",
	c.face AS "videoChannel",
	p.channel_position AS "videoChannelPosition") d;

CREATE FUNCTION playlist_items(ids bigint[]) RETURNS json
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT coalesce(json_agg((SELECT d.document
		FROM playlist_document d WHERE d.id = k.id) ORDER BY k.nr), '[]')
		FROM unnest(ids) WITH ORDINALITY k (id, nr));
END $$;

-- What an element is for the viewer: 0 a video to watch, 1 deleted, 2 private,
-- 3 not available.
CREATE FUNCTION playlist_element_type(v video, viewer bigint) RETURNS int
STABLE LANGUAGE sql AS $$
	SELECT CASE WHEN (v).id IS NULL THEN 1
		WHEN video_access(v, viewer, true) = 'watch' THEN 0
		WHEN (v).privacy IN (3, 4, 5) THEN 2
		ELSE 3 END
$$;

CREATE FUNCTION playlist_videos(named text, viewer bigint, first int, nr int)
RETURNS json STABLE LANGUAGE plpgsql AS $$
DECLARE
	p constant playlist := playlist_opened(named, viewer);
BEGIN
	RETURN listed(p.videos, (SELECT json_agg(json_build_object(
		'id', e.id,
		'position', e.position,
		'startTimestamp', e.start_timestamp,
		'stopTimestamp', e.stop_timestamp,
		'type', e.type,
		'video', CASE WHEN e.type = 0 THEN (SELECT i.document
			FROM video_item i WHERE i.id = e.video_id) END)
		ORDER BY e.position)
	FROM (SELECT e.*, playlist_element_type(v, viewer) AS type
		FROM playlist_element e
		LEFT JOIN video v ON v.id = e.video_id
		WHERE e.playlist_id = p.id
			AND e.position > first AND e.position <= first + nr
		OFFSET 0) e));
END $$;

-- The elements of a page, for its list: {position, isWatchable, isDeleted,
-- isPrivate, card}, cards as in 38-card.sql.
CREATE FUNCTION playlist_cards(playlist bigint, viewer bigint, first int,
	nr int) RETURNS json STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT coalesce(json_agg(json_build_object(
		'position', e.position,
		'isWatchable', e.type = 0,
		'isDeleted', e.type = 1,
		'isPrivate', e.type = 2,
		'video', CASE WHEN e.type = 0 THEN e.card END)
		ORDER BY e.position), '[]')
	FROM (SELECT e.position, v.card,
			playlist_element_type(v, viewer) AS type
		FROM playlist_element e
		LEFT JOIN video v ON v.id = e.video_id
		WHERE e.playlist_id = playlist
			AND e.position > first AND e.position <= first + nr
		OFFSET 0) e);
END $$;

-- Where a watch page is in a playlist: {shortUUID, displayName, position,
-- videosLength, previous, next, coming}; NULL: the video is not at this place
-- of a playlist that the viewer may see.
CREATE FUNCTION playlist_series(named text, viewer bigint, watched text,
	place int) RETURNS json STABLE LANGUAGE plpgsql AS $$
DECLARE
	p playlist;
	around json;
BEGIN
	SELECT * INTO p FROM playlist WHERE short_uuid = named;
	IF NOT FOUND AND named ~
			'^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN
		SELECT * INTO p FROM playlist WHERE uuid = named::uuid;
	END IF;
	IF p.id IS NULL OR NOT playlist_is_seen(p, viewer, true)
		OR NOT EXISTS (SELECT FROM playlist_element e
			JOIN video v ON v.id = e.video_id
			WHERE e.playlist_id = p.id AND e.position = place
				AND v.short_uuid = watched) THEN
		RETURN NULL;
	END IF;
	around := playlist_cards(p.id, viewer, greatest(place - 25, 0), 50);
	RETURN (WITH item AS (
		SELECT (i ->> 'position')::int AS nr, i -> 'video' AS video,
			json_build_object('position', i -> 'position',
				'shortUUID', i -> 'video' ->> 'shortUUID',
				'name', i -> 'video' ->> 'name',
				'duration', i -> 'video' -> 'duration') AS told
		FROM json_array_elements(around) i
		WHERE (i ->> 'isWatchable')::boolean
	)
	SELECT json_build_object(
		'shortUUID', p.short_uuid,
		'displayName', p.name,
		'position', place,
		'videosLength', p.videos,
		'previous', (SELECT told FROM item WHERE nr < place
			ORDER BY nr DESC LIMIT 1),
		'next', (SELECT told FROM item WHERE nr > place
			ORDER BY nr LIMIT 1),
		'coming', (SELECT coalesce(json_agg(told ORDER BY nr), '[]')
			FROM (SELECT * FROM item WHERE nr > place
				ORDER BY nr LIMIT 8) n)));
END $$;

-- ---------------------------------------------------------------------------
-- Changes

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

-- Places of a channel are changed by one at a time.
CREATE FUNCTION playlist_places_lock(channel bigint) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_advisory_xact_lock(hashtext('playlist ' || channel));
END $$;

-- The place behind the others of a channel.
CREATE FUNCTION playlist_place_write(channel bigint) RETURNS int
LANGUAGE plpgsql AS $$
BEGIN
	PERFORM playlist_places_lock(channel);
	RETURN CASE WHEN channel IS NOT NULL THEN
		1 + coalesce((SELECT max(channel_position) FROM playlist
			WHERE channel_id = channel), 0) END;
END $$;

-- A channel's places have no gaps.
CREATE FUNCTION playlist_close_gap() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM playlist_places_lock(OLD.channel_id);
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
	INSERT INTO playlist (account_id, channel_id, channel_position, privacy,
		name, description, short_uuid)
	VALUES (owner, channel, playlist_place_write(channel), privacy,
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
	p playlist := playlist_edited_write(named, viewer);
	was constant bigint := p.channel_id;
BEGIN
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
		p.channel_position := playlist_place_write(p.channel_id);
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
	IF p.id IS NULL OR NOT may_act_for(viewer, playlist_owner(p)) THEN
		p := playlist_opened(named, viewer);
		PERFORM refuse('403',
			'This playlist belongs to somebody else.');
	ELSIF p.kind = 2 THEN
		PERFORM refuse('400', 'Cannot delete a watch later playlist.');
	END IF;
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
	channel constant bigint := channel_named(name);
	total int;
BEGIN
	IF NOT may_act_for(viewer, channel_owner(channel)) THEN
		PERFORM refuse('403', 'This channel belongs to somebody else.');
	END IF;
	PERFORM playlist_places_lock(channel);
	total := (SELECT coalesce(max(channel_position), 0) FROM playlist
		WHERE channel_id = channel);
	IF places_checked(start, nr, after, total) THEN
		UPDATE playlist SET channel_position =
			place_moved(channel_position, start, nr, after)
		WHERE channel_id = channel
			AND channel_position BETWEEN least(start, after + 1)
				AND greatest(start + nr - 1, after);
	END IF;
	RETURN channel;
END $$;

-- ---------------------------------------------------------------------------
-- Lists

-- Those of an account or a channel, or of everybody; NULL filters let all
-- pass. What is not public is for the owner only. `total` is counted up to
-- 10,000. Planned with its values, so that the sort becomes an index.
CREATE FUNCTION playlist_list(first int, nr int, sort text, kind_wanted int,
	all_of_them boolean DEFAULT false, account bigint DEFAULT NULL,
	channel bigint DEFAULT NULL, words text DEFAULT NULL,
	channels text[] DEFAULT NULL) RETURNS json
STABLE LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan AS $$
DECLARE
	pattern constant text := '%' || like_text(words) || '%';
	wanted constant bigint[] := CASE WHEN channels IS NOT NULL THEN
		ARRAY(SELECT c.id FROM channel c JOIN actor a
			ON a.id = c.actor_id WHERE a.name = ANY (ARRAY(SELECT
			split_part(lower(n), '@', 1) FROM unnest(channels) n)))
		END;
	ids bigint[];
	total bigint;
BEGIN
	ids := ARRAY(SELECT p.id FROM playlist p
		WHERE (all_of_them OR p.privacy = 1)
			AND (account IS NULL OR p.account_id = account)
			AND (channel IS NULL OR p.channel_id = channel)
			AND (kind_wanted IS NULL OR p.kind = kind_wanted)
			AND (pattern IS NULL OR p.folded LIKE pattern)
			AND (wanted IS NULL OR p.channel_id = ANY (wanted))
		ORDER BY
			CASE WHEN sort = '-createdAt' THEN p.created_at END DESC,
			CASE WHEN sort = '-updatedAt' THEN p.updated_at END DESC,
			CASE WHEN sort IN ('-name', '-displayName')
				THEN p.name END DESC,
			CASE WHEN sort = '-videoChannelPosition'
				THEN p.channel_position END DESC,
			CASE WHEN sort LIKE '-%' THEN p.id END DESC,
			CASE sort WHEN 'createdAt' THEN p.created_at
				WHEN 'updatedAt' THEN p.updated_at END,
			CASE WHEN sort IN ('name', 'displayName')
				THEN p.name END,
			CASE WHEN sort = 'videoChannelPosition'
				THEN p.channel_position END,
			p.id
		LIMIT nr OFFSET first);
	total := (SELECT count(*) FROM (SELECT FROM playlist p
		WHERE (all_of_them OR p.privacy = 1)
			AND (account IS NULL OR p.account_id = account)
			AND (channel IS NULL OR p.channel_id = channel)
			AND (kind_wanted IS NULL OR p.kind = kind_wanted)
			AND (pattern IS NULL OR p.folded LIKE pattern)
			AND (wanted IS NULL OR p.channel_id = ANY (wanted))
		LIMIT 10000) counted);
	RETURN listed(total, playlist_items(ids));
END $$;

-- Words as a searched name has them, fit for LIKE; NULL for none.
CREATE FUNCTION like_text(words text) RETURNS text STABLE LANGUAGE sql AS $$
	SELECT regexp_replace(lower(unaccent(nullif(words, ''))), '([\\%_])',
		'\\\1', 'g')
$$;

CREATE FUNCTION account_playlists(name text, viewer bigint, first int, nr int,
	sort text, kind int, words text, channels text[]) RETURNS json
STABLE LANGUAGE plpgsql AS $$
DECLARE
	account constant bigint := account_named(name);
BEGIN
	RETURN playlist_list(first, nr, sort, kind,
		account IS NOT DISTINCT FROM account_of(viewer), account,
		words => words, channels => channels);
END $$;

CREATE FUNCTION channel_playlists(name text, viewer bigint, first int, nr int,
	sort text, kind int) RETURNS json STABLE LANGUAGE plpgsql AS $$
DECLARE
	channel constant bigint := channel_named(name);
BEGIN
	RETURN playlist_list(first, nr, sort, kind,
		channel_owner(channel) IS NOT DISTINCT FROM viewer
			AND viewer IS NOT NULL, channel => channel);
END $$;

-- {"VIDEO": [{playlistElementId, ...}]} of the viewer's own playlists.
CREATE FUNCTION playlists_with(viewer bigint, wanted bigint[]) RETURNS json
STABLE LANGUAGE plpgsql AS $$
DECLARE
	owner constant bigint := account_of(viewer);
BEGIN
	RETURN (SELECT json_object_agg(w.id, ARRAY(
		SELECT json_build_object('playlistElementId', e.id,
			'playlistId', p.id, 'playlistDisplayName', p.name,
			'playlistShortUUID', p.short_uuid,
			'startTimestamp', e.start_timestamp,
			'stopTimestamp', e.stop_timestamp)
		FROM playlist p
		JOIN playlist_element e ON e.playlist_id = p.id
		WHERE p.account_id = owner AND e.video_id = w.id
		ORDER BY e.id))
		FROM (SELECT DISTINCT unnest(wanted) AS id) w);
END $$;

-- A search for the address of a playlist of ours finds that; NULL: it is none.
CREATE FUNCTION playlist_of_address(words text) RETURNS bigint[]
STABLE LANGUAGE plpgsql AS $$
DECLARE
	named text;
BEGIN
	IF words IS NULL OR left(words, length(origin()) + 1) <> origin() || '/'
	THEN
		RETURN NULL;
	END IF;
	named := substring(substring(words FROM length(origin()) + 1) FROM
		'^/(?:w/p|videos/watch/playlist|video-playlists(?:/embed)?)/'
		'([0-9A-Za-z-]+)');
	RETURN ARRAY(SELECT p.id FROM playlist p WHERE p.privacy = 1
			AND p.short_uuid = named
		UNION ALL SELECT p.id FROM playlist p WHERE p.privacy = 1
			AND p.uuid = CASE WHEN named ~
			'^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
			THEN named::uuid END);
END $$;

-- The 1,000 newest with the words in their name; where these are few, up to
-- 500 names that are spelt alike. Empty playlists are not found.
CREATE FUNCTION playlists_matching(words text) RETURNS bigint[]
STABLE LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan AS $$
DECLARE
	folded_words constant text := lower(unaccent(words));
	pattern constant text := like_text(words) || '%';
	found bigint[];
BEGIN
	IF char_length(words) < 3 THEN
		RETURN ARRAY(SELECT p.id FROM playlist p
			WHERE p.privacy = 1 AND p.videos > 0
				AND p.folded LIKE pattern
			ORDER BY p.created_at DESC LIMIT 1000);
	END IF;
	found := ARRAY(SELECT p.id FROM playlist p
		WHERE p.privacy = 1 AND p.videos > 0
			AND p.folded LIKE '%' || pattern
		ORDER BY p.created_at DESC LIMIT 1000);
	IF cardinality(found) < 24 THEN
		PERFORM set_config('pg_trgm.word_similarity_threshold', '0.4',
			true);
		found := found || ARRAY(SELECT p.id FROM playlist p
			WHERE p.privacy = 1 AND p.videos > 0
				AND folded_words <% p.folded
				AND p.id <> ALL (found)
			LIMIT 500);
	END IF;
	RETURN found;
END $$;

CREATE FUNCTION playlist_search(first int, nr int, sort text, words text,
	host text, uuids text[]) RETURNS json STABLE LANGUAGE plpgsql AS $$
DECLARE
	folded_words constant text := lower(unaccent(coalesce(words, '')));
	found bigint[] := playlist_of_address(words);
	ids bigint[];
BEGIN
	IF host <> our_host() THEN
		RETURN listed(0, NULL);
	ELSIF found IS NOT NULL THEN
		RETURN listed(cardinality(found), playlist_items(found));
	ELSIF words IS NULL AND uuids IS NULL THEN
		RETURN playlist_list(first, nr, CASE sort WHEN 'displayName'
			THEN sort WHEN '-displayName' THEN sort
			WHEN 'createdAt' THEN sort ELSE '-createdAt' END, NULL);
	ELSIF words IS NOT NULL THEN
		found := playlists_matching(words);
	END IF;
	IF uuids IS NOT NULL THEN
		found := ARRAY(SELECT p.id FROM playlist p
			WHERE p.privacy = 1 AND (p.short_uuid = ANY (uuids)
				OR p.uuid = ANY (ARRAY(SELECT u::uuid
				FROM unnest(uuids) u WHERE u ~ '^[0-9a-f]{8}'
				'(-[0-9a-f]{4}){3}-[0-9a-f]{12}$')))
				AND (words IS NULL OR p.id = ANY (found)));
	END IF;
	ids := ARRAY(SELECT p.id
		FROM unnest(found) WITH ORDINALITY k (id, place)
		JOIN playlist p ON p.id = k.id
		ORDER BY
			CASE WHEN sort = '-displayName' THEN p.name END DESC,
			CASE WHEN sort = '-createdAt' THEN p.created_at END DESC,
			CASE WHEN sort = 'displayName' THEN p.name END,
			CASE WHEN sort = 'createdAt' THEN p.created_at END,
			word_similarity(folded_words, p.folded) DESC, k.place
		LIMIT nr OFFSET first);
	RETURN listed(cardinality(found), playlist_items(ids));
END $$;

-- ---------------------------------------------------------------------------
-- Rights

GRANT SELECT ON playlist, playlist_element, playlist_picture,
	playlist_document TO cardume_page, cardume_api, cardume_upload;
GRANT SELECT ON playlist, playlist_element TO cardume_ap, cardume_worker;
GRANT INSERT, UPDATE, DELETE ON playlist, playlist_element
	TO cardume_page, cardume_api;
GRANT INSERT, UPDATE ON playlist TO cardume_upload;
GRANT UPDATE (thumbnail, thumbnail_width, thumbnail_height) ON playlist
	TO cardume_worker;

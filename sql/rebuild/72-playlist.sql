-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Playlists: who sees and changes them, and their documents. Changes and lists
-- are in files of their own.

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

-- The owner, those who work on the channel it is in, and admins: a list is more
-- personal than a video, and moderators look after what is public.
CREATE FUNCTION playlist_may_edit(p playlist, viewer bigint) RETURNS boolean
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN viewer IS NOT NULL AND p.host_id IS NULL
		AND (viewer = playlist_owner(p)
		OR channel_has_editor(p.channel_id, viewer)
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
		'goesOn', coalesce((SELECT u.auto_play_next_video_playlist
			FROM app_user u WHERE u.id = viewer), true),
		'previous', (SELECT told FROM item WHERE nr < place
			ORDER BY nr DESC LIMIT 1),
		'next', (SELECT told FROM item WHERE nr > place
			ORDER BY nr LIMIT 1),
		'coming', (SELECT coalesce(json_agg(told ORDER BY nr), '[]')
			FROM (SELECT * FROM item WHERE nr > place
				ORDER BY nr LIMIT 8) n)));
END $$;

-- ---------------------------------------------------------------------------
-- Rights

GRANT SELECT (auto_play_next_video_playlist) ON app_user TO cardume_page;
GRANT SELECT ON playlist, playlist_element, playlist_picture,
	playlist_document TO cardume_page, cardume_api, cardume_upload;
GRANT SELECT ON playlist, playlist_element TO cardume_ap, cardume_worker;
GRANT INSERT, UPDATE, DELETE ON playlist, playlist_element
	TO cardume_page, cardume_api;
GRANT INSERT, UPDATE ON playlist TO cardume_upload;
GRANT UPDATE (thumbnail, thumbnail_width, thumbnail_height) ON playlist
	TO cardume_worker;

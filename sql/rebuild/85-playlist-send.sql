-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Our public playlists as other servers get them (federation.md 1.7), and what
-- they are told of them: like videos, at the end of a transaction.

-- Playlist, PlaylistElement.
CREATE FUNCTION ap_context_playlist() RETURNS json IMMUTABLE LANGUAGE sql AS $$
	SELECT '
	["https://www.w3.org/ns/activitystreams",
	"https://w3id.org/security/v1",
	{"RsaSignature2017":"https://w3id.org/security#RsaSignature2017"},
	{"pt":"https://joinpeertube.org/ns#","sc":"http://schema.org/",
	"Playlist":"pt:Playlist","PlaylistElement":"pt:PlaylistElement",
	"position":{"@type":"sc:Number","@id":"pt:position"},
	"videoChannelPosition":{"@type":"sc:Number","@id":"pt:position"},
	"startTimestamp":{"@type":"sc:Number","@id":"pt:startTimestamp"},
	"stopTimestamp":{"@type":"sc:Number","@id":"pt:stopTimestamp"},
	"uuid":{"@type":"sc:identifier","@id":"pt:uuid"}}]'::json
$$;

CREATE FUNCTION playlist_url(p playlist) RETURNS text
STABLE LANGUAGE sql AS $$
	SELECT coalesce((p).url, origin() || '/video-playlists/' || (p).uuid)
$$;

-- Others may have it: lists that are nobody's but their maker's never.
CREATE FUNCTION playlist_is_told(p playlist) RETURNS boolean
IMMUTABLE LANGUAGE sql AS $$
	SELECT (p).host_id IS NULL AND (p).privacy = 1
$$;

CREATE FUNCTION playlist_account(p playlist) RETURNS actor
STABLE LANGUAGE plpgsql AS $$
DECLARE
	found actor;
BEGIN
	SELECT a.* INTO found FROM account o JOIN actor a ON a.id = o.actor_id
	WHERE o.id = p.account_id;
	RETURN found;
END $$;

-- Elements whose videos others may know.
CREATE FUNCTION playlist_elements_told(p playlist)
RETURNS SETOF playlist_element STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY SELECT e.* FROM playlist_element e
	JOIN video v ON v.id = e.video_id
	WHERE e.playlist_id = p.id AND v.is_published AND v.privacy = 1
	ORDER BY e.position;
END $$;

-- The object; with a page (1 ..) the URLs of ten elements.
CREATE FUNCTION ap_playlist(p playlist, page int) RETURNS json
STABLE LANGUAGE plpgsql AS $$
DECLARE
	place constant text := playlist_url(p);
	account constant actor := playlist_account(p);
	total constant bigint := (SELECT count(*) FROM playlist_elements_told(p));
	parts json;
	head json;
BEGIN
	head := json_build_object('to', json_build_array(ap_public()),
		'cc', json_build_array(actor_id(account) || '/followers'),
		'type', 'Playlist', 'totalItems', total,
		'name', p.name, 'content', p.description,
		'mediaType', 'text/markdown', 'uuid', p.uuid,
		'published', iso(p.created_at),
		'updated', iso(greatest(p.updated_at, p.created_at)),
		'attributedTo', (SELECT json_build_array(actor_id(a))
			FROM channel c JOIN actor a ON a.id = c.actor_id
			WHERE c.id = p.channel_id),
		'videoChannelPosition', p.channel_position,
		'icon', (SELECT json_build_object('type', 'Image', 'url',
				origin() || '/lazy-static/thumbnails/' || i.filename,
				'mediaType', 'image/jpeg',
				'width', i.width, 'height', i.height)
			FROM playlist_picture i
			WHERE i.id = p.id AND i.filename IS NOT NULL));
	IF page IS NULL THEN
		parts := json_build_object('id', place, 'first', CASE
			WHEN total > 0 THEN ap_page_url(place, 1, NULL) END);
	ELSE
		parts := json_build_object('id', ap_page_url(place, page, NULL),
			'partOf', place, 'next', CASE WHEN page * 10 < total
				THEN ap_page_url(place, page + 1, NULL) END,
			'prev', CASE WHEN page > 1
				THEN ap_page_url(place, page - 1, NULL) END,
			'orderedItems', (SELECT coalesce(json_agg(place || '/videos/' ||
					e.id), '[]')
				FROM (SELECT o.id FROM playlist_elements_told(p) o
					LIMIT 10 OFFSET (page - 1) * 10) e));
	END IF;
	RETURN json_strip_nulls((left(head::text, -1) || ',' ||
		substr(parts::text, 2))::json);
END $$;

CREATE FUNCTION ap_playlist_element(p playlist, e playlist_element)
RETURNS json STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT json_strip_nulls(json_build_object(
			'id', playlist_url(p) || '/videos/' || e.id,
			'type', 'PlaylistElement', 'url', video_url(v),
			'position', e.position,
			'startTimestamp', e.start_timestamp,
			'stopTimestamp', e.stop_timestamp))
		FROM video v WHERE v.id = e.video_id);
END $$;

-- --- what is sent ----------------------------------------------------------------

-- Who follows its account, its channel or the server.
CREATE FUNCTION playlist_audience(p playlist) RETURNS bigint[]
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN remote_followers(ARRAY[(playlist_account(p)).id, instance_actor(),
		(SELECT c.actor_id FROM channel c WHERE c.id = p.channel_id)]);
END $$;

CREATE FUNCTION playlist_send(p playlist, kind text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	targets bigint[];
	account actor;
	object json;
BEGIN
	IF NOT is_federating() OR video_told_once(-p.id) THEN
		RETURN;
	END IF;
	targets := playlist_audience(p);
	IF targets = '{}' THEN
		RETURN;
	END IF;
	account := playlist_account(p);
	object := ap_playlist(p, NULL);
	PERFORM activity_send(account.id, ap_document(ap_context_playlist(),
		json_members(json_build_object('to', object -> 'to',
			'cc', object -> 'cc', 'type', kind, 'id', playlist_url(p) ||
			CASE kind WHEN 'Create' THEN '/activity'
				ELSE '/updates/' || iso(now()) END,
			'actor', actor_id(account), 'object', object)))::json,
		targets, CASE kind WHEN 'Update' THEN 'Update ' ||
			playlist_url(p) END);
END $$;

CREATE FUNCTION playlist_delete_send(p playlist) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	account constant actor := playlist_account(p);
	place constant text := playlist_url(p);
BEGIN
	-- with its account, which says so itself
	IF account.id IS NULL THEN
		RETURN;
	END IF;
	PERFORM activity_send(account.id, json_build_object(
			'to', json_build_array(ap_public()),
			'cc', json_build_array(actor_id(account) || '/followers'),
			'type', 'Delete', 'id', place || '/delete',
			'actor', actor_id(account), 'object', place),
		playlist_audience(p), 'Update ' || place);
END $$;

CREATE FUNCTION playlist_told() RETURNS trigger
SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
DECLARE
	now_is playlist;
	was boolean := TG_OP = 'UPDATE' AND playlist_is_told(OLD);
BEGIN
	SELECT * INTO now_is FROM playlist p WHERE p.id = NEW.id;
	IF now_is.id IS NULL THEN
		RETURN NULL;
	ELSIF was AND NOT playlist_is_told(NEW) THEN
		PERFORM playlist_delete_send(OLD);
	ELSIF playlist_is_told(NEW) THEN
		PERFORM playlist_send(now_is, CASE WHEN was THEN 'Update'
			ELSE 'Create' END);
	END IF;
	RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER playlist_told AFTER INSERT OR UPDATE OF name,
	description, privacy, channel_id, channel_position, thumbnail, videos
	ON playlist DEFERRABLE INITIALLY DEFERRED
	FOR EACH ROW WHEN (NEW.host_id IS NULL) EXECUTE FUNCTION playlist_told();

-- Places and times of elements; how many there are is the playlist's.
CREATE FUNCTION playlist_element_told() RETURNS trigger
SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
BEGIN
	PERFORM playlist_send(p, 'Update') FROM playlist p
	WHERE p.id = NEW.playlist_id AND playlist_is_told(p);
	RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER playlist_element_told AFTER UPDATE OF position,
	start_timestamp, stop_timestamp ON playlist_element
	DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
	EXECUTE FUNCTION playlist_element_told();

CREATE FUNCTION playlist_gone() RETURNS trigger
SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
BEGIN
	PERFORM playlist_delete_send(OLD);
	PERFORM tombstone_write(playlist_url(OLD), 'Playlist');
	RETURN OLD;
END $$;
CREATE TRIGGER playlist_gone BEFORE DELETE ON playlist
	FOR EACH ROW WHEN (playlist_is_told(OLD))
	EXECUTE FUNCTION playlist_gone();

GRANT SELECT ON playlist, playlist_element, playlist_picture TO cardume_ap;

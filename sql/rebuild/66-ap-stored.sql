-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Video objects are made once: ap_video takes a third of a millisecond, which
-- is most of what answering costs. The row of `video` is the lock of its
-- document: who changes a part of it takes that row first, so that no document
-- is made of what another transaction is just changing.

-- Makes the document of a video anew, or none where it may not be fetched.
-- Where there is none, or one of another origin, ap_stored() makes it each time.
CREATE FUNCTION video_object_refresh(video bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	DELETE FROM video_object d WHERE d.video_id = video;
	INSERT INTO video_object (video_id, origin, members)
	SELECT v.id, origin(), ap_video_members(v.keys, v.links)
	FROM ap_video v WHERE v.id = video;
END $$;

CREATE FUNCTION video_object_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM video_object_refresh(NEW.id);
	RETURN NULL;
END $$;
-- All columns of the object but `views`.
CREATE TRIGGER video_object_changed AFTER UPDATE OF channel_id, name,
	description, support, category_id, licence_id, language_id, tags,
	privacy, state, wait_transcoding, is_blocked, nsfw, nsfw_summary,
	comments_policy, download_enabled, duration, aspect_ratio, created_at, updated_at,
	published_at, originally_published_at, files_are_public ON video
	FOR EACH ROW EXECUTE FUNCTION video_object_changed();

-- A file or thumbnail that comes or goes takes the document away; the change
-- of the video's state that follows makes it.
CREATE FUNCTION video_object_drop(video bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	PERFORM FROM video v WHERE v.id = video FOR NO KEY UPDATE;
	DELETE FROM video_object d WHERE d.video_id = video;
END $$;

CREATE FUNCTION video_part_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM video_object_drop(CASE TG_OP WHEN 'DELETE' THEN OLD.video_id
		ELSE NEW.video_id END);
	RETURN NULL;
END $$;
CREATE TRIGGER video_part_changed AFTER INSERT OR UPDATE OR DELETE
	ON video_file FOR EACH ROW EXECUTE FUNCTION video_part_changed();
CREATE TRIGGER video_part_changed AFTER INSERT OR UPDATE OR DELETE
	ON streaming_playlist FOR EACH ROW EXECUTE FUNCTION video_part_changed();
CREATE TRIGGER video_part_changed AFTER INSERT OR UPDATE OR DELETE
	ON thumbnail FOR EACH ROW EXECUTE FUNCTION video_part_changed();
CREATE TRIGGER video_part_changed AFTER INSERT OR UPDATE OR DELETE
	ON video_caption FOR EACH ROW EXECUTE FUNCTION video_part_changed();

-- What to do without one. PL/pgSQL: the view is not even started where it is
-- not needed.
CREATE FUNCTION ap_made_now(video bigint) RETURNS text
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT ap_video_members(v.keys, v.links) FROM ap_video v
		WHERE v.id = video);
END $$;

-- The members of a video's object but its views.
CREATE FUNCTION ap_stored(video bigint, origin text, members text)
RETURNS text STABLE LANGUAGE sql AS $$
	SELECT CASE WHEN origin = origin() THEN members
		ELSE ap_made_now(video) END
$$;

-- An upgrade may have changed their shape: the latest are made again, the rest
-- when they change.
DELETE FROM video_object;
TRUNCATE video_kept;
SELECT count(video_object_refresh(id)), count(video_kept_refresh(id))
FROM (SELECT id FROM video WHERE is_published AND privacy = 1
	ORDER BY published_at DESC, id DESC LIMIT 10000) latest;

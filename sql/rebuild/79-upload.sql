-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Files by the REST API: resumable uploads, captions, chapters, renditions.

-- The server itself: it has followers and pictures.
CREATE FUNCTION instance_actor() RETURNS bigint STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT a.id FROM actor a
		WHERE a.kind = 'Application' AND a.host_id IS NULL);
END $$;

-- What forms say in texts as the types that JSON would have.
CREATE FUNCTION video_form_typed(sent jsonb) RETURNS jsonb
STABLE LANGUAGE plpgsql AS $$
DECLARE
	member text;
BEGIN
	FOREACH member IN ARRAY ARRAY['nsfw', 'downloadEnabled',
		'waitTranscoding']
	LOOP
		IF sent ->> member IN ('true', 'false') THEN
			sent := sent || jsonb_build_object(member,
				(sent ->> member)::boolean);
		END IF;
	END LOOP;
	FOREACH member IN ARRAY ARRAY['tags', 'videoPasswords'] LOOP
		IF jsonb_typeof(sent -> member) = 'string' THEN
			sent := sent || jsonb_build_object(member,
				CASE sent ->> member WHEN '' THEN '[]'::jsonb
				ELSE jsonb_build_array(sent -> member) END);
		END IF;
	END LOOP;
	RETURN sent;
END $$;

-- A resumable upload that its maker may go on with.
CREATE FUNCTION upload_session_of(viewer bigint, wanted text)
RETURNS upload_session STABLE LANGUAGE plpgsql AS $$
DECLARE
	s upload_session;
BEGIN
	SELECT * INTO s FROM upload_session WHERE id = wanted;
	IF s.id IS NULL THEN
		PERFORM refuse('404', 'There is no such upload.',
			'FileNotFound');
	ELSIF s.user_id <> viewer THEN
		PERFORM refuse('403', 'This upload is somebody else''s.',
			'FileNotAllowed');
	ELSIF s.answer IS NULL AND
		s.touched_at < now() - interval '24 hours' THEN
		PERFORM refuse('410', 'This upload lay untouched for a day and'
			' was given up.', 'GONE');
	END IF;
	RETURN s;
END $$;

-- The pieces of an upload that is given up, or was, are of no use.
CREATE FUNCTION upload_session_deleted() RETURNS trigger
SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO job (queue, max_attempt, payload)
	SELECT 4, 12, jsonb_build_object('source', path)
	FROM unnest(ARRAY['source/' || OLD.file, OLD.thumbnail]) path
	WHERE path IS NOT NULL AND OLD.answer IS NULL;
	RETURN OLD;
END $$;
CREATE TRIGGER upload_session_deleted AFTER DELETE ON upload_session
	FOR EACH ROW EXECUTE FUNCTION upload_session_deleted();

-- Another file in place of a video's: it is shown as it is until the new one
-- has been made playable.
CREATE FUNCTION video_source_replace_write(replaced bigint, new_path text,
	new_size bigint, new_name text)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	old text;
BEGIN
	SELECT path INTO old FROM video_source WHERE video_id = replaced
	FOR UPDATE;
	INSERT INTO video_source (video_id, path, size, filename)
	VALUES (replaced, new_path, new_size, new_name)
	ON CONFLICT (video_id) DO UPDATE SET path = EXCLUDED.path, start = 0,
		size = EXCLUDED.size, filename = EXCLUDED.filename,
		is_kept = false, resolution = NULL, width = NULL,
		height = NULL, fps = NULL, metadata = NULL, created_at = now();
	INSERT INTO job (queue, max_attempt, payload)
	SELECT 4, 12, jsonb_build_object('source', old)
	WHERE old IS NOT NULL;
	UPDATE video SET updated_at = now(), error = NULL,
		state = CASE state WHEN 7 THEN 2 ELSE state END
	WHERE id = replaced;
END $$;

-- --- what belongs to a video ------------------------------------------------

CREATE VIEW video_caption_document AS
SELECT c.video_id, c.language_id, row_to_json(d) AS document
FROM video_caption c
CROSS JOIN LATERAL (SELECT
	enum(c.language_id, (SELECT label FROM language l
		WHERE l.id = c.language_id)) AS language,
	c.is_automatic AS "automaticallyGenerated",
	coalesce('/lazy-static/video-captions/' || c.filename, '')
		AS "captionPath",
	coalesce(c.url, origin() || '/lazy-static/video-captions/' ||
		c.filename) AS "fileUrl",
	NULL::text AS "m3u8Url",
	iso(c.updated_at) AS "updatedAt") d;

CREATE FUNCTION video_caption_gone() RETURNS trigger
SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO job (queue, max_attempt, payload) VALUES (4, 12,
		jsonb_build_object('files', jsonb_build_array(
			'lazy-static/video-captions/' || OLD.filename)));
	RETURN OLD;
END $$;
CREATE TRIGGER video_caption_gone AFTER DELETE OR UPDATE OF filename
	ON video_caption FOR EACH ROW WHEN (OLD.filename IS NOT NULL)
	EXECUTE FUNCTION video_caption_gone();

CREATE FUNCTION caption_delete_write(named text, viewer bigint, lang text)
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM video_caption
	WHERE video_id = video_edited(named, viewer) AND language_id = lang;
	IF NOT FOUND THEN
		PERFORM refuse('404', 'Video caption not found');
	END IF;
	PERFORM video_act_write(video_id(named), viewer, 4);
	RETURN true;
END $$;

-- All chapters anew, from [{timecode, title}].
CREATE FUNCTION chapters_write(named text, viewer bigint, list jsonb)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	video constant bigint := video_edited(named, viewer);
BEGIN
	IF jsonb_typeof(list) IS DISTINCT FROM 'array'
		OR jsonb_array_length(list) > 1000 THEN
		PERFORM refuse_field('chapters',
			'chapters should be a list of at most 1,000');
	ELSIF EXISTS (SELECT FROM jsonb_array_elements(list) c WHERE
		jsonb_typeof(c) <> 'object'
		OR coalesce(c ->> 'timecode', '') !~ '^[0-9]{1,9}$'
		OR jsonb_typeof(c -> 'title') IS DISTINCT FROM 'string'
		OR char_length(c ->> 'title') NOT BETWEEN 1 AND 100) THEN
		PERFORM refuse_field('chapters', 'A chapter has a timecode in'
			' whole seconds and a title of 1 to 100 characters');
	ELSIF (SELECT count(DISTINCT (c ->> 'timecode')::int) FROM
		jsonb_array_elements(list) c) < jsonb_array_length(list) THEN
		PERFORM refuse_field('chapters',
			'Two chapters begin at the same time');
	END IF;
	DELETE FROM video_chapter WHERE video_id = video;
	INSERT INTO video_chapter (video_id, timecode, title)
	SELECT video, (c ->> 'timecode')::int, c ->> 'title'
	FROM jsonb_array_elements(list) c;
	PERFORM video_act_write(video, viewer, 5);
	RETURN true;
END $$;

CREATE FUNCTION source_document(named text, viewer bigint) RETURNS json
STABLE LANGUAGE plpgsql AS $$
DECLARE
	answer json := (SELECT row_to_json(d)
		FROM video_source s CROSS JOIN LATERAL (SELECT
			s.filename AS filename,
			s.filename AS "inputFilename",
			CASE WHEN s.is_kept THEN origin() ||
				'/download/original-video-files/' ||
				split_part(s.path, '/', 2) END
				AS "fileDownloadUrl",
			enum(s.resolution, s.resolution || 'p') AS resolution,
			s.size, s.width, s.height, s.fps, s.metadata,
			iso(s.created_at) AS "createdAt") d
		WHERE s.video_id = video_edited(named, viewer));
BEGIN
	IF answer IS NULL THEN
		PERFORM refuse('404', 'Video source not found');
	END IF;
	RETURN answer;
END $$;

-- Forgets the file that is kept besides the renditions.
CREATE FUNCTION source_delete_write(named text, viewer bigint)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	old text;
BEGIN
	UPDATE video_source SET is_kept = false
	WHERE video_id = video_edited(named, viewer) AND is_kept
	RETURNING path INTO old;
	IF old IS NULL THEN
		PERFORM refuse('404', 'Video source file not found');
	END IF;
	INSERT INTO job (queue, max_attempt, payload)
	VALUES (4, 12, jsonb_build_object('source', old));
	RETURN true;
END $$;

-- Removes renditions: all of a kind, or the one of that number. Of what can
-- be watched, some must remain.
CREATE FUNCTION renditions_delete_write(named text, is_hls boolean, one bigint)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	v video;
	gone bigint[];
BEGIN
	SELECT * INTO v FROM video WHERE id = video_id(named) FOR UPDATE;
	IF v.id IS NULL THEN
		PERFORM refuse('404', 'Video not found');
	END IF;
	gone := ARRAY(SELECT id FROM video_file WHERE video_id = v.id
		AND (playlist_id IS NOT NULL) = is_hls
		AND (one IS NULL OR id = one));
	IF gone = '{}' AND one IS NOT NULL THEN
		PERFORM refuse('404', 'This video has no such file.');
	ELSIF gone = '{}' THEN
		PERFORM refuse('400', 'This video has no such files.');
	ELSIF NOT EXISTS (SELECT FROM video_file WHERE video_id = v.id
		AND (playlist_id IS NOT NULL) <> is_hls)
		AND (one IS NULL OR (SELECT count(*) FROM video_file
			WHERE video_id = v.id) = 1) THEN
		PERFORM refuse('400', 'These are the last files of the video.');
	ELSIF is_hls AND one IS NOT NULL THEN
		PERFORM refuse('400', 'The playlist names this file: all HLS'
			' files go, or none.');
	END IF;
	INSERT INTO job (queue, max_attempt, payload)
	SELECT 4, 12, jsonb_build_object('files', jsonb_agg(n.path))
	FROM video_files(v) AS n (path)
	WHERE EXISTS (SELECT FROM video_file f WHERE f.id = ANY (gone)
		AND (n.path LIKE '%/' || f.filename
			OR n.path LIKE '%/' || f.torrent_filename
			OR (is_hls AND n.path LIKE
				'static/streaming-playlists/hls/%')));
	DELETE FROM video_file WHERE id = ANY (gone);
	DELETE FROM streaming_playlist WHERE is_hls AND video_id = v.id;
	UPDATE video SET updated_at = now() WHERE id = v.id;
	PERFORM tracker_wanted_write();
	RETURN true;
END $$;

-- Makes the renditions again from what was uploaded.
CREATE FUNCTION transcoding_write(named text, viewer bigint, force boolean)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	v video;
BEGIN
	SELECT * INTO v FROM video WHERE id = video_id(named) FOR UPDATE;
	IF v.id IS NULL THEN
		PERFORM refuse('404', 'Video not found');
	ELSIF NOT coalesce(force, false) AND EXISTS (SELECT FROM job
		WHERE payload ? 'videoId' AND queue = 1 AND state <> 4
			AND payload ->> 'videoId' = v.id::text) THEN
		PERFORM refuse('400', 'This video is being transcoded.',
			'video_already_being_transcoded');
	ELSIF NOT EXISTS (SELECT FROM video_source WHERE video_id = v.id
		AND (is_kept OR v.state <> 1)) THEN
		PERFORM refuse('400', 'The uploaded file was not kept: there'
			' is nothing to transcode again.');
	END IF;
	UPDATE video SET error = NULL,
		state = CASE state WHEN 7 THEN 2 ELSE state END
	WHERE id = v.id;
	INSERT INTO job (queue, max_attempt, payload, uniq, owner_id)
	VALUES (1, 5, jsonb_build_object('videoId', v.id),
		'transcode ' || v.id, viewer)
	ON CONFLICT (uniq) WHERE uniq IS NOT NULL AND state IN (0, 2, 3)
	DO UPDATE SET run_at = least(job.run_at, EXCLUDED.run_at);
	RETURN true;
END $$;

-- --- pictures of accounts, channels and the instance --------------------------

-- The actor whose pictures the viewer may change: that channel's, or one's
-- own account's.
CREATE FUNCTION picture_actor(viewer bigint, channel_name text) RETURNS bigint
STABLE LANGUAGE plpgsql AS $$
DECLARE
	c channel;
BEGIN
	IF channel_name IS NULL THEN
		RETURN (SELECT actor_id FROM account WHERE user_id = viewer);
	END IF;
	SELECT * INTO c FROM channel WHERE id = channel_named(channel_name);
	IF NOT channel_may_edit(c.id, viewer) THEN
		PERFORM refuse('403', 'This channel belongs to somebody else.');
	END IF;
	RETURN c.actor_id;
END $$;

CREATE FUNCTION picture_delete_write(actor bigint, what text)
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM actor_image WHERE actor_id = actor AND kind = what;
	RETURN true;
END $$;

-- The instance's avatars or banners, smallest first.
CREATE FUNCTION instance_images(what text) RETURNS jsonb
STABLE LANGUAGE sql AS $$
	SELECT coalesce(jsonb_agg(document::jsonb ORDER BY width), '[]')
	FROM actor_image_document
	WHERE actor_id = instance_actor() AND kind = what
$$;

CREATE FUNCTION instance_logos() RETURNS jsonb STABLE LANGUAGE sql AS $$
	SELECT coalesce(jsonb_agg(jsonb_build_object('width', width,
		'height', height, 'type', kind, 'isFallback', false,
		'fileUrl', origin() || '/lazy-static/logos/' || filename)
		ORDER BY kind, width), '[]')
	FROM instance_logo
$$;

CREATE FUNCTION instance_logo_deleted() RETURNS trigger
SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO job (queue, max_attempt, payload) VALUES (4, 12,
		jsonb_build_object('files', jsonb_build_array(
			'lazy-static/logos/' || OLD.filename)));
	RETURN OLD;
END $$;
CREATE TRIGGER instance_logo_deleted AFTER DELETE ON instance_logo
	FOR EACH ROW EXECUTE FUNCTION instance_logo_deleted();

CREATE FUNCTION logo_delete_write(what text)
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM instance_logo WHERE kind = what;
	RETURN true;
END $$;

-- Changes a playlist, or makes one where none is named: its number, and the
-- answer of a new one.
CREATE FUNCTION playlist_save_write(viewer bigint, named text, form jsonb,
	OUT id bigint, OUT answer json) LANGUAGE plpgsql AS $$
BEGIN
	IF named IS NOT NULL THEN
		id := playlist_update(viewer, named, form);
	ELSE
		answer := playlist_create(viewer, form);
		id := (answer -> 'videoPlaylist' ->> 'id')::bigint;
	END IF;
END $$;

GRANT SELECT ON video_caption, video_caption_document, video_chapter,
	instance_logo TO cardume_page, cardume_api, cardume_ap, cardume_upload,
	cardume_worker;
GRANT DELETE ON video_caption TO cardume_api;
GRANT INSERT, DELETE ON video_chapter TO cardume_api;
GRANT UPDATE (is_kept) ON video_source TO cardume_api;
GRANT DELETE ON video_file, streaming_playlist TO cardume_api;
GRANT SELECT ON upload_session TO cardume_page, cardume_api, cardume_worker;
GRANT DELETE ON upload_session TO cardume_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON upload_session TO cardume_upload;
GRANT INSERT, UPDATE ON video_caption TO cardume_upload;
GRANT INSERT, UPDATE ON video_source TO cardume_upload;
GRANT UPDATE ON video TO cardume_upload;
GRANT DELETE ON actor_image, instance_logo TO cardume_api;
GRANT INSERT, DELETE ON instance_logo TO cardume_worker;
GRANT INSERT, UPDATE, DELETE ON video_password TO cardume_upload;

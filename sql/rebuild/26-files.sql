-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Where a video's files are, below public/ or private/ of the media volume.

CREATE FUNCTION video_wants_public_files(v video) RETURNS boolean
IMMUTABLE LANGUAGE sql AS $$
	SELECT (v).is_published AND (v).privacy IN (1, 2)
$$;

CREATE FUNCTION video_files(v video) RETURNS SETOF text
STABLE LANGUAGE sql AS $$
	SELECT 'static/web-videos/' || filename FROM video_file
	WHERE video_id = (v).id AND playlist_id IS NULL AND url IS NULL
	UNION ALL
	SELECT 'static/streaming-playlists/hls/' || (v).uuid || '/' || n
	FROM video_file, unnest(ARRAY[filename,
		replace(filename, '-fragmented.mp4', '.m3u8')]) n
	WHERE video_id = (v).id AND playlist_id IS NOT NULL AND url IS NULL
	UNION ALL
	SELECT 'static/streaming-playlists/hls/' || (v).uuid || '/' || n
	FROM streaming_playlist, unnest(ARRAY[playlist_filename,
		segments_sha256_filename]) n
	WHERE video_id = (v).id AND url IS NULL
	UNION ALL
	SELECT 'lazy-static/torrents/' || torrent_filename FROM video_file
	WHERE video_id = (v).id AND torrent_filename IS NOT NULL
	UNION ALL
	SELECT 'lazy-static/thumbnails/' || filename FROM thumbnail
	WHERE video_id = (v).id
	UNION ALL
	SELECT 'lazy-static/video-captions/' || filename FROM video_caption
	WHERE video_id = (v).id
	UNION ALL
	SELECT 'lazy-static/storyboards/' || filename FROM storyboard
	WHERE video_id = (v).id
$$;

-- Whoever deletes a video, or what it belongs to, need not think of its files:
-- job `remove` takes them away, job `tracker` forgets its torrents.
CREATE FUNCTION video_deleted() RETURNS trigger
SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
DECLARE
	source text := (SELECT path FROM video_source WHERE video_id = OLD.id);
BEGIN
	PERFORM job_cancel_write(id) FROM job
	WHERE payload ? 'videoId' AND payload ->> 'videoId' = OLD.id::text;
	INSERT INTO job (queue, max_attempt, payload) VALUES (4, 12,
		jsonb_build_object('uuid', OLD.uuid, 'source', source, 'files',
			(SELECT jsonb_agg(f) FROM video_files(OLD) f)));
	PERFORM tracker_wanted_write();
	RETURN OLD;
END $$;
CREATE TRIGGER video_deleted BEFORE DELETE ON video
	FOR EACH ROW EXECUTE FUNCTION video_deleted();

-- One waiting job; see sql/job/insert.sql for why it is touched.
CREATE FUNCTION tracker_wanted_write() RETURNS void
SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE sql AS $$
	INSERT INTO job (queue, max_attempt, payload, uniq)
	VALUES (5, 12, '{}', 'tracker')
	ON CONFLICT (uniq) WHERE uniq IS NOT NULL AND state IN (0, 2, 3)
	DO UPDATE SET run_at = least(job.run_at, EXCLUDED.run_at)
$$;

-- Whoever changes the privacy or the state need not think of the files either:
-- job `publish` moves them and makes or removes torrents.
CREATE FUNCTION video_shown() RETURNS trigger
SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO job (queue, max_attempt, payload, uniq) VALUES (3, 12,
		jsonb_build_object('videoId', NEW.id), 'publish ' || NEW.id)
	ON CONFLICT (uniq) WHERE uniq IS NOT NULL AND state IN (0, 2, 3)
	DO UPDATE SET run_at = least(job.run_at, EXCLUDED.run_at);
	RETURN NEW;
END $$;
CREATE TRIGGER video_shown AFTER UPDATE OF privacy, state, wait_transcoding,
	is_blocked ON video FOR EACH ROW
	WHEN (NEW.host_id IS NULL AND (OLD.privacy <> NEW.privacy OR NEW.files_are_public <>
		(NEW.is_published AND NEW.privacy IN (1, 2))))
	EXECUTE FUNCTION video_shown();

CREATE FUNCTION actor_image_deleted() RETURNS trigger
SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO job (queue, max_attempt, payload) VALUES (4, 12,
		jsonb_build_object('files', jsonb_build_array('lazy-static/' ||
			OLD.kind || 's/' || OLD.filename)));
	RETURN OLD;
END $$;
CREATE TRIGGER actor_image_deleted AFTER DELETE ON actor_image
	FOR EACH ROW EXECUTE FUNCTION actor_image_deleted();

-- May whoever sent these secrets (as SHA-256) or this password have the files
-- of a video? A token must be for reading (cgi/scope.h). Their names are as hard
-- to guess as its UUID. One call for each segment that is not public: plpgsql
-- keeps its plans.
CREATE FUNCTION media_opens(wanted bigint, session_hash bytea,
	access bytea, token bytea, given text) RETURNS boolean
STABLE LANGUAGE plpgsql AS $$
DECLARE
	viewer bigint;
BEGIN
	IF session_hash IS NOT NULL THEN
		viewer := (SELECT s.user_id FROM session s
			JOIN app_user u ON u.id = s.user_id
			WHERE s.secret_hash = session_hash
				AND s.expires_at > now() AND NOT u.is_blocked);
	END IF;
	IF viewer IS NULL AND access IS NOT NULL THEN
		viewer := (SELECT t.user_id FROM token t
			JOIN app_user u ON u.id = t.user_id
			WHERE t.access_hash = access
				AND t.access_expires_at > now()
				AND t.scopes & 1 = 1
				AND NOT u.is_blocked);
	END IF;
	RETURN (SELECT video_access(v, viewer, true) = 'watch'
			OR video_opens(v, given)
		FROM video v WHERE v.id = wanted)
		OR (token IS NOT NULL AND EXISTS (SELECT FROM video_token k
			WHERE k.secret_hash = token AND k.video_id = wanted
				AND k.expires_at > now()));
END $$;

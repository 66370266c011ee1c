-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Copies of other servers' videos that we keep, so that their viewers have one
-- place more to play from (PeerTube's redundancy). Job `redundancy` gets the
-- files, a CacheFile tells the video's server (federation.md 1.7). What others
-- keep of ours: 47-mirror.sql.

-- Below public/, and in its URL.
CREATE FUNCTION redundancy_folder(r redundancy) RETURNS text
IMMUTABLE LANGUAGE sql AS $$
	SELECT 'static/redundancy/hls/' || (r).folder
$$;

CREATE FUNCTION redundancy_files_gone(r redundancy) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO job (queue, max_attempt, payload) VALUES (4, 12,
		jsonb_build_object('folder', redundancy_folder(r)));
	PERFORM wake('remove');
END $$;

-- What there is to copy of a video; nothing where it may not be copied.
CREATE FUNCTION redundancy_source(video bigint)
RETURNS TABLE (playlist_url text, size bigint)
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY SELECT p.url, sum(f.size)::bigint
	FROM video v
	JOIN host h ON h.id = v.host_id
	JOIN streaming_playlist p ON p.video_id = v.id
	JOIN video_file f ON f.playlist_id = p.id
	WHERE v.id = video AND v.privacy = 1 AND v.state = 1
		AND v.is_published AND NOT v.is_live AND NOT v.is_blocked
		AND NOT h.dead AND NOT host_is_blocked(h.name)
		AND p.url IS NOT NULL AND octet_length(p.url) <= 2000
	GROUP BY p.id HAVING sum(f.size) > 0 ORDER BY p.id LIMIT 1;
END $$;

-- --- strategies ------------------------------------------------------------------

-- Setting `redundancy.videos.strategies`.
CREATE FUNCTION redundancy_strategies() RETURNS TABLE (strategy text,
	size bigint, lifetime interval, min_views bigint)
STABLE LANGUAGE sql AS $$
	SELECT e ->> 'strategy', (e ->> 'size')::numeric::bigint,
		make_interval(secs => (e ->> 'minLifetime')::float8),
		coalesce((e ->> 'minViews')::numeric::bigint, 0)
	FROM jsonb_array_elements(
		setting('redundancy.videos.strategies')::jsonb) e
$$;

-- By strategy: bytes that are kept or will be, how many may be (NULL: by hand,
-- as many as the disk holds), and of how many videos.
CREATE FUNCTION redundancy_usage() RETURNS TABLE (strategy text, used bigint,
	budget bigint, videos bigint) STABLE LANGUAGE sql AS $$
	SELECT n.strategy, coalesce(sum(r.size), 0)::bigint,
		(SELECT s.size FROM redundancy_strategies() s
		WHERE s.strategy = n.strategy), count(r.id)
	FROM unnest(ARRAY['most-views', 'trending', 'recently-added',
		'manual']) WITH ORDINALITY n (strategy, nr)
	LEFT JOIN redundancy r ON r.strategy = n.strategy
		AND r.state <> 'failed'
	GROUP BY n.strategy, n.nr ORDER BY n.nr
$$;

-- Videos that a strategy would copy, the first ones first, as many as fit into
-- its budget; those that another one has are not among them. Of 500 at most.
CREATE FUNCTION redundancy_candidates(wanted text, budget bigint,
	min_views bigint) RETURNS TABLE (video_id bigint, size bigint, place bigint)
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY SELECT f.id, f.size, f.place FROM (
		SELECT c.id, s.size, c.place,
			sum(s.size) OVER (ORDER BY c.place) AS total
		FROM (SELECT v.id, row_number() OVER (ORDER BY
				CASE wanted WHEN 'most-views' THEN v.views
					WHEN 'trending' THEN v.trending END DESC,
				v.published_at DESC, v.id) AS place
			FROM video v JOIN host h ON h.id = v.host_id
				AND h.redundancy_allowed
			LEFT JOIN redundancy r ON r.video_id = v.id
			WHERE v.privacy = 1
				AND coalesce(r.strategy, wanted) = wanted
				AND (wanted <> 'recently-added'
					OR v.views >= min_views)
			ORDER BY place LIMIT 500) c
		CROSS JOIN LATERAL redundancy_source(c.id) s
		WHERE s.size <= budget) f
	WHERE f.total <= budget ORDER BY f.place;
END $$;

-- --- making and ending them ------------------------------------------------------

CREATE FUNCTION redundancy_job_write(wanted bigint) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO job (queue, max_attempt, priority, payload, uniq) VALUES (19,
		8, 7, jsonb_build_object('redundancyId', wanted),
		'redundancy ' || wanted)
	ON CONFLICT (uniq) WHERE uniq IS NOT NULL AND state IN (0, 2, 3)
	DO UPDATE SET run_at = least(job.run_at, EXCLUDED.run_at);
	PERFORM wake('redundancy');
END $$;

CREATE FUNCTION redundancy_write(video bigint, by_strategy text,
	until timestamptz) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	made bigint;
BEGIN
	INSERT INTO redundancy (video_id, uuid, strategy, size, playlist_url,
		expires_at)
	SELECT v.id, v.uuid, by_strategy, s.size, s.playlist_url, until
	FROM video v, redundancy_source(v.id) s WHERE v.id = video
	ON CONFLICT DO NOTHING RETURNING id INTO made;
	PERFORM redundancy_job_write(made) WHERE made IS NOT NULL;
	RETURN made;
END $$;

-- Somebody wants a copy of a video: until it is ended. Its id, or a refusal.
CREATE FUNCTION redundancy_add(video bigint, by_strategy text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	v video;
	made bigint;
BEGIN
	SELECT * INTO v FROM video x WHERE x.id = redundancy_add.video;
	IF v.id IS NULL THEN
		PERFORM refuse('404', 'Video not found');
	ELSIF v.host_id IS NULL THEN
		PERFORM refuse('400',
			'Cannot create a redundancy of a local video');
	ELSIF EXISTS (SELECT FROM redundancy r WHERE r.video_id = v.id
			AND r.strategy = 'manual' AND r.state <> 'failed') THEN
		PERFORM refuse('409',
			'This video is already duplicated by your instance.');
	ELSIF NOT EXISTS (SELECT FROM redundancy_source(v.id)) THEN
		PERFORM refuse('400', 'This video cannot be copied: it is not '
			'public, is live, is blocked here, or has no HLS files.');
	END IF;
	-- what a strategy has is kept from now on
	UPDATE redundancy r SET strategy = by_strategy, expires_at = NULL,
		updated_at = now()
	WHERE r.video_id = v.id AND r.state <> 'failed' RETURNING r.id INTO made;
	IF made IS NOT NULL THEN
		PERFORM redundancy_tell('Update', r) FROM redundancy r
		WHERE r.id = made AND r.state = 'kept';
		RETURN made;
	END IF;
	DELETE FROM redundancy r WHERE r.video_id = v.id;
	RETURN redundancy_write(v.id, by_strategy, NULL);
END $$;

CREATE FUNCTION redundancy_remove(wanted bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	PERFORM redundancy_tell('Undo', r) FROM redundancy r
	WHERE r.id = wanted AND r.state = 'kept';
	DELETE FROM redundancy r WHERE r.id = wanted;
END $$;

-- However it went: its files follow, and who asks for it is told so.
CREATE FUNCTION redundancy_gone() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	PERFORM job_cancel_write(j.id) FROM job j
	WHERE j.queue = 19 AND j.uniq = 'redundancy ' || OLD.id;
	PERFORM tombstone_write(redundancy_url(OLD.uuid), 'CacheFile')
	WHERE OLD.state = 'kept';
	PERFORM redundancy_files_gone(OLD);
	RETURN NULL;
END $$;
CREATE TRIGGER redundancy_gone AFTER DELETE ON redundancy
	FOR EACH ROW EXECUTE FUNCTION redundancy_gone();

-- --- what the worker says --------------------------------------------------------

-- The files are in this folder. False: nobody wants them any more, or other ones.
CREATE FUNCTION redundancy_kept_write(wanted bigint, bytes bigint, place text)
RETURNS boolean LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	made redundancy;
BEGIN
	UPDATE redundancy r SET state = 'kept', size = bytes, error = NULL,
		updated_at = now(), expires_at = CASE WHEN r.expires_at
			IS NOT NULL THEN greatest(r.expires_at, now() + coalesce(
				(SELECT s.lifetime FROM redundancy_strategies() s
				WHERE s.strategy = r.strategy), '0')) END
	WHERE r.id = wanted AND redundancy_folder(r) = place AND EXISTS (SELECT
		FROM redundancy_source(r.video_id) s
		WHERE s.playlist_url = r.playlist_url)
	RETURNING * INTO made;
	IF made.id IS NULL THEN
		RETURN false;
	END IF;
	DELETE FROM tombstone t WHERE t.url = redundancy_url(made.uuid);
	PERFORM redundancy_tell('Create', made);
	RETURN true;
END $$;

CREATE FUNCTION redundancy_failed_write(wanted bigint, why text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
	UPDATE redundancy SET state = 'failed', error = left(why, 500),
		updated_at = now()
	WHERE id = wanted
$$;

-- --- job `sweep` -----------------------------------------------------------------

-- What may not be kept any more, is not what the video has now, or has nobody
-- who gets it. What failed by itself is tried again after a day.
CREATE FUNCTION redundancy_review_write() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	PERFORM redundancy_remove(r.id)
	FROM redundancy r JOIN video v ON v.id = r.video_id
	JOIN host h ON h.id = v.host_id
	WHERE NOT EXISTS (SELECT FROM redundancy_source(r.video_id))
		OR r.strategy <> 'manual' AND (NOT h.redundancy_allowed
			OR r.state = 'failed' AND r.updated_at
				< now() - interval '1 day');
	PERFORM redundancy_tell('Undo', r) FROM redundancy r
	CROSS JOIN LATERAL redundancy_source(r.video_id) s
	WHERE r.state = 'kept' AND r.playlist_url <> s.playlist_url;
	PERFORM redundancy_again_write(r) FROM redundancy r
	CROSS JOIN LATERAL redundancy_source(r.video_id) s
	WHERE r.state <> 'failed' AND r.playlist_url <> s.playlist_url;
	PERFORM redundancy_failed_write(r.id, 'Its job was stopped.')
	FROM redundancy r WHERE r.state = 'wanted' AND NOT EXISTS (SELECT
		FROM job j WHERE j.queue = 19 AND j.state <> 4
			AND j.uniq = 'redundancy ' || r.id);
END $$;

CREATE FUNCTION redundancy_again_write(r redundancy) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	PERFORM redundancy_files_gone(r);
	UPDATE redundancy x SET state = 'wanted', size = s.size,
		folder = gen_random_uuid(), playlist_url = s.playlist_url,
		updated_at = now()
	FROM redundancy_source((r).video_id) s WHERE x.id = (r).id;
	PERFORM redundancy_job_write((r).id);
END $$;

-- One strategy: what it still wants lives on, what it wants no longer ends with
-- its time, and what it wants anew is added as far as there is room.
CREATE FUNCTION redundancy_strategy_write(wanted text, budget bigint,
	lifetime interval, min_views bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	chosen constant bigint[] := ARRAY(SELECT c.video_id
		FROM redundancy_candidates(wanted, budget, min_views) c
		ORDER BY c.place);
	used bigint;
	next record;
BEGIN
	WITH longer AS (
		UPDATE redundancy r SET expires_at = now() + lifetime,
			updated_at = now()
		WHERE r.strategy = wanted AND r.video_id = ANY (chosen)
			AND r.expires_at < now() + lifetime / 2
		RETURNING *
	)
	SELECT count(redundancy_tell('Update', l)) FILTER (WHERE
		l.state = 'kept') INTO used FROM longer l;
	PERFORM redundancy_remove(r.id) FROM redundancy r
	WHERE r.strategy = wanted AND r.expires_at < now();
	used := (SELECT u.used FROM redundancy_usage() u
		WHERE u.strategy = wanted);
	FOR next IN SELECT c.id, s.size FROM unnest(chosen)
			WITH ORDINALITY c (id, place)
			CROSS JOIN LATERAL redundancy_source(c.id) s
			WHERE NOT EXISTS (SELECT FROM redundancy r
				WHERE r.video_id = c.id)
			ORDER BY c.place LOOP
		EXIT WHEN used + next.size > budget;
		PERFORM redundancy_write(next.id, wanted, now() + lifetime);
		used := used + next.size;
	END LOOP;
END $$;

CREATE FUNCTION redundancy_sweep_write() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	PERFORM redundancy_review_write();
	PERFORM redundancy_strategy_write(s.strategy, s.size, s.lifetime,
		s.min_views) FROM redundancy_strategies() s;
	-- of strategies that are used no longer
	PERFORM redundancy_remove(r.id) FROM redundancy r
	WHERE r.expires_at < now();
END $$;

-- --- ActivityPub -----------------------------------------------------------------

CREATE FUNCTION redundancy_url(uuid uuid) RETURNS text
STABLE LANGUAGE sql AS $$
	SELECT origin() || '/redundancy/streaming-playlists/hls/' || uuid
$$;

CREATE FUNCTION ap_context_cache_file() RETURNS json IMMUTABLE LANGUAGE sql AS $$
	SELECT '
	["https://www.w3.org/ns/activitystreams",
	"https://w3id.org/security/v1",
	{"RsaSignature2017":"https://w3id.org/security#RsaSignature2017"},
	{"pt":"https://joinpeertube.org/ns#","sc":"http://schema.org/",
	"expires":"sc:expires","CacheFile":"pt:CacheFile",
	"size":{"@type":"sc:Number","@id":"pt:size"},
	"fps":{"@type":"sc:Number","@id":"pt:fps"}}]'::json
$$;

-- `audience`: to whom it is sent.
CREATE FUNCTION ap_cache_file(r redundancy, audience text) RETURNS json
STABLE LANGUAGE sql AS $$
	SELECT json_build_object('to', json_build_array(audience),
		'cc', '[]'::json, 'id', redundancy_url((r).uuid),
		'type', 'CacheFile', 'object', (SELECT v.url FROM video v
			WHERE v.id = (r).video_id),
		'expires', iso((r).expires_at),
		'url', json_build_object('type', 'Link',
			'mediaType', 'application/x-mpegURL',
			'href', origin() || '/' || redundancy_folder(r)))
$$;

-- The video's server is told: Create, Update, or Undo of the Create.
CREATE FUNCTION redundancy_tell(kind text, r redundancy) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	owner constant actor := (SELECT video_account_actor(v) FROM video v
		WHERE v.id = (r).video_id);
	id constant text := redundancy_url((r).uuid);
	us constant text := (SELECT actor_id(a) FROM actor a
		WHERE a.id = instance_actor());
	made json := json_build_object('type', 'Create',
		'id', id || '/activity', 'actor', us,
		'to', json_build_array(actor_id(owner)), 'cc', '[]'::json,
		'object', ap_cache_file(r, actor_id(owner)));
BEGIN
	IF kind <> 'Create' THEN
		made := json_build_object('type', kind, 'actor', us,
			'id', id || CASE kind WHEN 'Undo' THEN '/undo' ELSE
				'/updates/' || iso(clock_timestamp()) END,
			'to', json_build_array(actor_id(owner)),
			'cc', '[]'::json, 'object', CASE kind WHEN 'Undo' THEN made
				ELSE made -> 'object' END);
	END IF;
	PERFORM activity_send(instance_actor(), (jsonb_build_object('@context',
			ap_context_cache_file()) || made::jsonb)::json,
		ARRAY[owner.id], 'CacheFile ' || id);
END $$;

-- The CacheFile, or NULL.
CREATE FUNCTION ap_redundancy_found(wanted uuid) RETURNS json
STABLE LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	RETURN (SELECT (jsonb_build_object('@context', ap_context_cache_file())
			|| ap_cache_file(r, actor_id(video_account_actor(v)))::jsonb)
			::json
		FROM redundancy r JOIN video v ON v.id = r.video_id
		WHERE r.uuid = wanted AND r.state = 'kept');
END $$;

-- Folders with copies of a video's HLS files for its page: those that other
-- servers keep, and our own.
CREATE FUNCTION video_places(v video) RETURNS text[]
STABLE LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	RETURN video_mirrors((v).id) || ARRAY(SELECT origin() || '/'
			|| redundancy_folder(r)
		FROM redundancy r JOIN streaming_playlist p
			ON p.video_id = r.video_id AND p.url = r.playlist_url
		WHERE r.video_id = (v).id AND r.state = 'kept');
END $$;

REVOKE ALL ON FUNCTION redundancy_add, redundancy_remove, redundancy_kept_write,
	redundancy_failed_write FROM PUBLIC;
GRANT EXECUTE ON FUNCTION redundancy_kept_write, redundancy_failed_write,
	redundancy_remove TO cardume_worker;
GRANT SELECT ON redundancy TO cardume_page, cardume_api, cardume_ap;
GRANT SELECT, INSERT, UPDATE, DELETE ON redundancy TO cardume_worker;

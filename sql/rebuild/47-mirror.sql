-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Mirrors: other servers keep a copy of a video's HLS files and say so by a
-- CacheFile (federation.md 1.7). Only what the server itself says of its own
-- host is believed.

-- The folder with the files; PeerTube names it, or the playlist in it.
CREATE FUNCTION mirror_base(file_url text) RETURNS text
IMMUTABLE LANGUAGE sql AS $$
	SELECT rtrim(regexp_replace(file_url, '/[^/]*\.m3u8$', ''), '/')
$$;

-- Those of a video that a player may use, twenty at most.
CREATE FUNCTION video_mirrors(video bigint) RETURNS text[]
STABLE LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	RETURN ARRAY(SELECT mirror_base(m.file_url)
		FROM mirror m
		JOIN video v ON v.id = m.video_id
		JOIN actor a ON a.id = m.actor_id
		JOIN host h ON h.id = a.host_id
		WHERE m.video_id = video AND v.privacy IN (1, 2)
			AND NOT v.is_blocked AND NOT h.dead
			AND (m.expires_at IS NULL OR m.expires_at > now())
			AND NOT host_is_blocked(h.name)
		ORDER BY m.id LIMIT 20);
END $$;

-- What nobody may use any more is forgotten, and so are pages and documents
-- that name it.
CREATE FUNCTION mirror_sweep_write() RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM mirror m USING video v, actor a, host h
	WHERE v.id = m.video_id AND a.id = m.actor_id AND h.id = a.host_id
		AND (m.expires_at < now() OR h.dead OR v.is_blocked
			OR v.privacy NOT IN (1, 2) OR host_is_blocked(h.name));
END $$;

-- A server that is muted is not played from, at once.
CREATE FUNCTION mirror_host_muted() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	IF NEW.owner_id IS NULL THEN
		DELETE FROM mirror m USING actor a, host h
		WHERE a.id = m.actor_id AND h.id = a.host_id
			AND h.name = lower(NEW.host);
	END IF;
	RETURN NULL;
END $$;
CREATE TRIGGER mirror_host_muted AFTER INSERT ON server_block
	FOR EACH ROW EXECUTE FUNCTION mirror_host_muted();

-- The torrents of a video of ours name its mirrors, too.
CREATE FUNCTION mirror_seeds() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	named constant bigint := (CASE TG_OP WHEN 'DELETE' THEN OLD
		ELSE NEW END).video_id;
BEGIN
	INSERT INTO job (queue, max_attempt, priority, payload, uniq)
	SELECT 3, 12, 7, jsonb_build_object('videoId', v.id, 'seeds', true),
		'seeds ' || v.id
	FROM video v WHERE v.id = named AND v.host_id IS NULL
	ON CONFLICT (uniq) WHERE uniq IS NOT NULL AND state IN (0, 2, 3)
	DO UPDATE SET run_at = least(job.run_at, EXCLUDED.run_at);
	PERFORM wake('publish');
	RETURN NULL;
END $$;
CREATE TRIGGER mirror_seeds AFTER INSERT OR DELETE OR UPDATE OF file_url
	ON mirror FOR EACH ROW EXECUTE FUNCTION mirror_seeds();

-- --- what is said of them ------------------------------------------------------

-- Where the files are: `url` is a Link or a list of them. Plain characters
-- alone, since it stands in a header and in a list with spaces.
CREATE FUNCTION mirror_link(sent jsonb, keeper actor) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
	href constant text := (SELECT ap_text(e, 'href')
		FROM ap_list(ap_get(sent, 'url')) e
		WHERE jsonb_typeof(e) = 'object'
			AND ap_media_type(e) = 'application/x-mpegurl' LIMIT 1);
BEGIN
	IF href IS NULL THEN
		RETURN NULL;
	ELSIF ap_host(href) IS DISTINCT FROM ap_host(keeper.url) THEN
		PERFORM ap_refuse('its files are on another server');
	ELSIF ap_web_url(href) IS NULL
			OR href !~ '^https?://[A-Za-z0-9.:-]+(/[A-Za-z0-9._~%-]+)+/?$' THEN
		PERFORM ap_refuse('no address for browsers');
	ELSIF href !~ '^https:' AND origin() ~ '^https:' THEN
		PERFORM ap_refuse('its files are not encrypted');
	END IF;
	RETURN href;
END $$;

CREATE FUNCTION mirror_is_accepted(keeper actor) RETURNS boolean
STABLE LANGUAGE plpgsql AS $$
DECLARE
	whose constant text := setting('remote_redundancy.videos.accept_from');
BEGIN
	RETURN whose = 'anybody' OR whose = 'followings' AND EXISTS (SELECT
		FROM follow f JOIN actor t ON t.id = f.target_id
		WHERE f.follower_id = instance_actor() AND f.state = 'accepted'
			AND t.host_id = keeper.host_id);
END $$;

-- Refuses a CacheFile that is not this actor's to say.
CREATE FUNCTION mirror_check(keeper actor, sent jsonb) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	IF keeper.kind <> 'Application' THEN
		PERFORM ap_refuse('its actor is no server');
	ELSIF ap_id(sent -> 'id') IS NULL OR ap_host(ap_id(sent -> 'id'))
			IS DISTINCT FROM ap_host(keeper.url) THEN
		PERFORM ap_refuse('its id is of another server');
	ELSIF ap_get(sent, 'expires') <> 'null'
			AND ap_time(sent, 'expires') IS NULL THEN
		PERFORM ap_refuse('it expires at no time');
	END IF;
END $$;

-- Create and Update are one: PeerTube sends either to who does not know it.
CREATE FUNCTION apply_mirror(signer bigint, object jsonb) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	sent constant jsonb := CASE WHEN ap_type(object) IS NULL
		THEN ap_fetched(ap_id(object)) ELSE object END;
	keeper actor;
	v video;
	link text;
BEGIN
	SELECT * INTO keeper FROM actor a WHERE a.id = signer;
	PERFORM mirror_check(keeper, sent);
	SELECT * INTO v FROM video x
	WHERE x.id = known_video(ap_id(ap_get(sent, 'object')));
	link := mirror_link(sent, keeper);
	IF v.id IS NULL OR link IS NULL THEN
		RETURN 'ignored: a mirror of nothing here';
	ELSIF v.privacy NOT IN (1, 2) OR v.host_id IS NULL
			AND NOT video_is_fetchable(v) THEN
		PERFORM ap_refuse('the video is not told to other servers');
	ELSIF NOT mirror_is_accepted(keeper) THEN
		RETURN 'ignored: no mirrors of this server';
	ELSIF ap_time(sent, 'expires') < now() THEN
		RETURN 'ignored: too late';
	END IF;
	DELETE FROM mirror m WHERE m.actor_id = signer
		AND m.url = ap_id(sent -> 'id') AND m.video_id <> v.id;
	INSERT INTO mirror (video_id, actor_id, url, file_url, expires_at)
	VALUES (v.id, signer, ap_id(sent -> 'id'), link,
		ap_time(sent, 'expires'))
	ON CONFLICT (video_id, actor_id) DO UPDATE SET url = EXCLUDED.url,
		file_url = EXCLUDED.file_url, updated_at = now(),
		expires_at = EXCLUDED.expires_at;
	RETURN 'mirror';
END $$;

-- Undo{Create} names the CacheFile in the Create, Delete names it itself.
CREATE FUNCTION apply_mirror_end(signer bigint, named text) RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM mirror m WHERE m.actor_id = signer AND m.url = named;
	RETURN CASE WHEN FOUND THEN 'mirror gone' ELSE 'ignored: not here' END;
END $$;

-- --- the API -------------------------------------------------------------------

-- Copies that others keep of videos of ours; how large they are is what ours
-- are.
CREATE FUNCTION mirror_list(first int, nr int, sort text) RETURNS json
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN listed((SELECT count(DISTINCT m.video_id) FROM mirror m
		JOIN video v ON v.id = m.video_id WHERE v.host_id IS NULL),
	(SELECT json_agg(json_build_object('id', s.id, 'name', s.name,
		'url', video_url(s), 'uuid', s.uuid, 'redundancies',
		json_build_object('files', '[]'::json, 'streamingPlaylists',
		(SELECT json_agg(json_build_object('id', m.id,
			'strategy', NULL, 'fileUrl', m.file_url,
			'createdAt', iso(m.created_at),
			'updatedAt', iso(m.updated_at),
			'expiresOn', iso(m.expires_at),
			'size', (SELECT coalesce(sum(f.size), 0)
				FROM video_file f WHERE f.video_id = s.id
				AND f.playlist_id IS NOT NULL)) ORDER BY m.id)
		FROM mirror m WHERE m.video_id = s.id)))
		ORDER BY CASE WHEN sort = '-name' THEN s.name END DESC,
			CASE WHEN sort = 'name' THEN s.name END, s.id)
	FROM (SELECT v.* FROM video v WHERE v.host_id IS NULL
			AND EXISTS (SELECT FROM mirror m WHERE m.video_id = v.id)
		ORDER BY CASE WHEN sort = '-name' THEN v.name END DESC,
			CASE WHEN sort = 'name' THEN v.name END, v.id
		LIMIT nr OFFSET first) s));
END $$;

GRANT SELECT ON mirror TO cardume_page, cardume_api;
GRANT SELECT, INSERT, UPDATE, DELETE ON mirror TO cardume_worker;

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Pictures of other servers: JPEGs of ours, made from theirs when they are
-- wanted and dropped, the oldest first, where they take more than
-- `remote.cache_size` bytes.

-- Somebody asks for a picture that is not here (any more): it is fetched, at most
-- once in ten minutes (`made_at`: made or asked for). False: it is no picture
-- of another server's.
CREATE FUNCTION picture_wanted_write(wanted text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	p record;
BEGIN
	SELECT x.*, x.made_at > now() - interval '10 minutes' AS is_tried
	INTO p FROM (
		SELECT 'thumbnail' AS kind, 'videoId' AS owner,
			t.video_id AS id, t.url, t.made_at, NULL::int AS width,
			NULL::int AS height
		FROM thumbnail t
		WHERE t.filename = wanted AND t.url IS NOT NULL
		UNION ALL
		SELECT i.kind, 'actorId', i.actor_id, i.url, i.made_at, NULL,
			NULL
		FROM actor_image i
		WHERE i.filename = wanted AND i.url IS NOT NULL
		UNION ALL
		SELECT 'storyboard', 'videoId', s.video_id, s.url, s.made_at,
			s.total_width, s.total_height
		FROM storyboard s
		WHERE s.filename = wanted AND s.url IS NOT NULL) x;
	IF p.id IS NULL THEN
		RETURN false;
	ELSIF p.is_tried IS TRUE THEN
		RETURN true;
	END IF;
	UPDATE thumbnail t SET made_at = now() WHERE t.filename = wanted;
	UPDATE actor_image i SET made_at = now() WHERE i.filename = wanted;
	UPDATE storyboard s SET made_at = now() WHERE s.filename = wanted;
	PERFORM fetch_picture_later(p.kind, p.owner, p.id, p.url, p.width,
		p.height);
	RETURN true;
END $$;

-- The pictures made from `place` take so many bytes.
CREATE FUNCTION picture_made_write(is_a text, id bigint, place text,
	size bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	IF is_a = 'thumbnail' THEN
		UPDATE thumbnail t SET url = place, made_at = now(),
			is_custom = false, bytes = greatest(1, size / 2)
		WHERE t.video_id = picture_made_write.id;
	ELSIF is_a = 'storyboard' THEN
		UPDATE storyboard s SET made_at = now(), bytes = size
		WHERE s.video_id = picture_made_write.id AND s.url = place;
	ELSE
		UPDATE actor_image i SET url = place, made_at = now(),
			bytes = greatest(1, size / (SELECT count(*)
				FROM actor_image o WHERE o.actor_id = i.actor_id
				AND o.kind = is_a))
		WHERE i.actor_id = picture_made_write.id AND i.kind = is_a;
	END IF;
END $$;

-- Drops the files of what was made first until the rest fits; by sweep.
CREATE FUNCTION picture_trim_write() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	too_much bigint := (SELECT coalesce(sum(bytes), 0) FROM (
			SELECT bytes FROM thumbnail WHERE bytes IS NOT NULL
			UNION ALL SELECT bytes FROM actor_image
			WHERE bytes IS NOT NULL
			UNION ALL SELECT bytes FROM storyboard
			WHERE bytes IS NOT NULL) b)
		- setting('remote.cache_size')::bigint;
	p record;
	files text[] := '{}';
BEGIN
	FOR p IN SELECT 'thumbnails' AS folder, filename, bytes, made_at
			FROM thumbnail WHERE bytes IS NOT NULL
		UNION ALL SELECT kind || 's', filename, bytes, made_at
			FROM actor_image WHERE bytes IS NOT NULL
		UNION ALL SELECT 'storyboards', filename, bytes, made_at
			FROM storyboard WHERE bytes IS NOT NULL
		ORDER BY made_at
	LOOP
		EXIT WHEN too_much <= 0 OR cardinality(files) >= 1000;
		too_much := too_much - p.bytes;
		files := files || ('lazy-static/' || p.folder || '/' ||
			p.filename);
		UPDATE thumbnail t SET bytes = NULL, made_at = NULL
		WHERE t.filename = p.filename;
		UPDATE actor_image i SET bytes = NULL, made_at = NULL
		WHERE i.filename = p.filename;
		UPDATE storyboard s SET bytes = NULL, made_at = NULL
		WHERE s.filename = p.filename;
	END LOOP;
	IF files <> '{}' THEN
		INSERT INTO job (queue, max_attempt, payload)
		VALUES (4, 12, jsonb_build_object('files', to_jsonb(files)));
	END IF;
END $$;

-- A storyboard of PeerTube's `preview`; NULL where there is none that can be
-- understood.
CREATE FUNCTION ap_storyboard(document jsonb) RETURNS storyboard
STABLE LANGUAGE plpgsql AS $$
DECLARE
	link constant jsonb := (SELECT l
		FROM ap_list(ap_get(document, 'preview')) e
		CROSS JOIN LATERAL ap_list(CASE jsonb_typeof(e)
			WHEN 'object' THEN ap_get(e, 'url') END) l
		WHERE ap_ids(ap_get(e, 'rel')) @> '{storyboard}'
			AND jsonb_typeof(l) = 'object'
			AND ap_host(ap_text(l, 'href')) IS NOT NULL LIMIT 1);
	s storyboard;
BEGIN
	s.url := ap_text(link, 'href');
	s.total_width := least(ap_number(link, 'width'), 100000);
	s.total_height := least(ap_number(link, 'height'), 100000);
	s.sprite_width := least(ap_number(link, 'tileWidth'), 100000);
	s.sprite_height := least(ap_number(link, 'tileHeight'), 100000);
	s.sprite_duration := ap_duration(jsonb_build_object('duration',
		ap_text(link, 'tileDuration')));
	RETURN CASE WHEN s.total_width <= 4096 AND s.total_height <= 4096
		AND s.sprite_width BETWEEN 1 AND s.total_width
		AND s.sprite_height BETWEEN 1 AND s.total_height
		AND s.sprite_duration > 0 THEN s END;
END $$;

CREATE FUNCTION remote_storyboard_write(video bigint, sent jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	s constant storyboard := ap_storyboard(sent);
BEGIN
	DELETE FROM storyboard o WHERE o.video_id = video
		AND (o.url, o.total_width, o.total_height, o.sprite_width,
			o.sprite_height, o.sprite_duration) IS DISTINCT FROM
			(s.url, s.total_width, s.total_height, s.sprite_width,
			s.sprite_height, s.sprite_duration);
	INSERT INTO storyboard (video_id, filename, total_width, total_height,
		sprite_width, sprite_height, sprite_duration, url)
	SELECT video, gen_random_uuid() || '.jpg', s.total_width,
		s.total_height, s.sprite_width, s.sprite_height,
		s.sprite_duration, s.url
	WHERE s.url IS NOT NULL ON CONFLICT DO NOTHING;
END $$;

GRANT SELECT ON storyboard TO cardume_api, cardume_page;
GRANT SELECT, INSERT, UPDATE, DELETE ON storyboard TO cardume_worker;
REVOKE ALL ON FUNCTION picture_wanted_write, picture_trim_write FROM PUBLIC;
GRANT EXECUTE ON FUNCTION picture_wanted_write TO cardume_api;
GRANT EXECUTE ON FUNCTION picture_trim_write TO cardume_worker;

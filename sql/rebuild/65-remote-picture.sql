-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Pictures of other servers: JPEGs of ours, made from theirs when they are
-- wanted and dropped, the oldest first, where they take more than
-- `remote.cache_size` bytes.

-- Somebody asks for a picture that is not here (any more): it is fetched. False:
-- it is no picture of another server's.
CREATE FUNCTION picture_wanted_write(wanted text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	p record;
BEGIN
	SELECT 'thumbnail' AS kind, 'videoId' AS owner, t.video_id AS id, t.url
	INTO p FROM thumbnail t WHERE t.filename = wanted AND t.url IS NOT NULL
	UNION ALL
	SELECT i.kind, 'actorId', i.actor_id, i.url FROM actor_image i
	WHERE i.filename = wanted AND i.url IS NOT NULL;
	IF p.id IS NULL THEN
		RETURN false;
	END IF;
	PERFORM fetch_picture_later(p.kind, p.owner, p.id, p.url);
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
			WHERE bytes IS NOT NULL) b)
		- setting('remote.cache_size')::bigint;
	p record;
	files text[] := '{}';
BEGIN
	FOR p IN SELECT 'thumbnails' AS folder, filename, bytes, made_at
			FROM thumbnail WHERE bytes IS NOT NULL
		UNION ALL SELECT kind || 's', filename, bytes, made_at
			FROM actor_image WHERE bytes IS NOT NULL
		ORDER BY made_at
	LOOP
		EXIT WHEN too_much <= 0 OR cardinality(files) >= 1000;
		too_much := too_much - p.bytes;
		files := files || ('lazy-static/' || p.folder || '/' ||
			p.filename);
		UPDATE thumbnail t SET bytes = NULL WHERE t.filename = p.filename;
		UPDATE actor_image i SET bytes = NULL WHERE i.filename = p.filename;
	END LOOP;
	IF files <> '{}' THEN
		INSERT INTO job (queue, max_attempt, payload)
		VALUES (4, 12, jsonb_build_object('files', to_jsonb(files)));
	END IF;
END $$;

REVOKE ALL ON FUNCTION picture_wanted_write, picture_trim_write FROM PUBLIC;
GRANT EXECUTE ON FUNCTION picture_wanted_write TO cardume_api;
GRANT EXECUTE ON FUNCTION picture_trim_write TO cardume_worker;

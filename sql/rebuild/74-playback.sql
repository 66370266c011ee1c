-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Bytes of players: from the server, from other viewers, to them.

-- One report, of at most as much as an hour of film may have; what cannot be is
-- counted as nothing, for nobody is there to be told.
CREATE FUNCTION playback_bytes(reported text) RETURNS bigint
IMMUTABLE LANGUAGE sql AS $$
	SELECT CASE WHEN reported ~ '^[0-9]{1,10}$'
		THEN least(reported::bigint, 4000000000) ELSE 0 END
$$;

CREATE FUNCTION playback_add(named text, viewer bigint, from_server text,
	from_viewers text, to_viewers text) RETURNS text LANGUAGE sql AS $$
	INSERT INTO playback_ping (video_id, from_server, from_viewers,
		to_viewers)
	SELECT v.id, playback_bytes(from_server), playback_bytes(from_viewers),
		playback_bytes(to_viewers)
	FROM video v
	WHERE v.uuid = CASE WHEN named ~
			'^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN named::uuid END
		AND v.host_id IS NULL
		AND video_access(v, viewer, true) <> 'hidden'
		AND playback_bytes(from_server) + playback_bytes(from_viewers)
			+ playback_bytes(to_viewers) > 0;
	SELECT ''
$$;

-- Adds up at most so many reports.
CREATE FUNCTION playback_fold_write(batch int) RETURNS bigint
SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE sql AS $$
	WITH taken AS (
		DELETE FROM playback_ping WHERE ctid = ANY (ARRAY(
			SELECT ctid FROM playback_ping LIMIT batch))
		RETURNING *
	), added AS (
		INSERT INTO playback_day AS d (video_id, day, from_server,
			from_viewers, to_viewers)
		SELECT t.video_id, t.day, sum(t.from_server),
			sum(t.from_viewers), sum(t.to_viewers)
		FROM taken t JOIN video v ON v.id = t.video_id
		GROUP BY t.video_id, t.day ORDER BY t.video_id, t.day
		ON CONFLICT (video_id, day) DO UPDATE
			SET from_server = d.from_server + excluded.from_server,
			from_viewers = d.from_viewers + excluded.from_viewers,
			to_viewers = d.to_viewers + excluded.to_viewers
	)
	SELECT count(*) FROM taken
$$;

REVOKE ALL ON FUNCTION playback_fold_write(int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION playback_fold_write(int) TO cardume_worker;
GRANT INSERT ON playback_ping TO cardume_api;
GRANT SELECT ON playback_day TO cardume_api;

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What cardume-signal knows of the database: which public videos of ours
-- viewers may share. It looks once a second, so that no transaction waits for
-- it, and reads a video anew when it is named here.

CREATE FUNCTION signal_change_write(video bigint) RETURNS void
LANGUAGE sql AS $$
	INSERT INTO signal_change (video_id) VALUES (video)
$$;

CREATE FUNCTION signal_video_changed() RETURNS trigger
SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
BEGIN
	PERFORM signal_change_write(OLD.id);
	RETURN NULL;
END $$;
CREATE TRIGGER signal_video_updated AFTER UPDATE OF privacy, state,
	wait_transcoding, is_blocked ON video FOR EACH ROW
	WHEN (OLD.host_id IS NULL AND
		video_is_listed(OLD) IS DISTINCT FROM video_is_listed(NEW))
	EXECUTE FUNCTION signal_video_changed();
CREATE TRIGGER signal_video_deleted AFTER DELETE ON video FOR EACH ROW
	WHEN (OLD.host_id IS NULL AND video_is_listed(OLD))
	EXECUTE FUNCTION signal_video_changed();

-- Whether a channel's viewers may share is its maker's choice; a video takes
-- that of the channel it is moved to.
CREATE TRIGGER signal_video_moved AFTER UPDATE OF channel_id ON video
	FOR EACH ROW WHEN (OLD.host_id IS NULL AND video_is_listed(NEW) AND
		OLD.channel_id IS DISTINCT FROM NEW.channel_id)
	EXECUTE FUNCTION signal_video_changed();
CREATE FUNCTION signal_channel_changed() RETURNS trigger
SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
BEGIN
	PERFORM signal_change_write(v.id) FROM video v
	WHERE v.channel_id = NEW.id AND v.host_id IS NULL
		AND video_is_listed(v);
	RETURN NULL;
END $$;
CREATE TRIGGER signal_channel_updated AFTER UPDATE OF is_shared ON channel
	FOR EACH ROW WHEN (OLD.is_shared IS DISTINCT FROM NEW.is_shared)
	EXECUTE FUNCTION signal_channel_changed();

-- Of a rendition: its swarms, and that of its torrent.
CREATE FUNCTION signal_file_changed() RETURNS trigger
SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
BEGIN
	PERFORM signal_change_write(coalesce(NEW.video_id, OLD.video_id));
	RETURN NULL;
END $$;
CREATE TRIGGER signal_file_added AFTER INSERT ON video_file FOR EACH ROW
	WHEN (NEW.url IS NULL) EXECUTE FUNCTION signal_file_changed();
CREATE TRIGGER signal_file_updated AFTER UPDATE OF info_hash, playlist_id,
	resolution ON video_file FOR EACH ROW WHEN (NEW.url IS NULL)
	EXECUTE FUNCTION signal_file_changed();
CREATE TRIGGER signal_file_deleted AFTER DELETE ON video_file FOR EACH ROW
	WHEN (OLD.url IS NULL) EXECUTE FUNCTION signal_file_changed();

CREATE FUNCTION signal_playlist_changed() RETURNS trigger
SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
BEGIN
	PERFORM signal_change_write(NEW.video_id);
	RETURN NULL;
END $$;
CREATE TRIGGER signal_playlist_updated AFTER UPDATE OF playlist_filename
	ON streaming_playlist FOR EACH ROW
	EXECUTE FUNCTION signal_playlist_changed();

-- What a transaction that is not over yet may still add begins at `next`.
CREATE FUNCTION signal_changes(since xid8) RETURNS TABLE (next xid8, id bigint,
	video_id bigint)
STABLE SECURITY DEFINER SET search_path = public, pg_temp
LANGUAGE sql AS $$
	SELECT pg_snapshot_xmin(pg_current_snapshot()), c.id, c.video_id
	FROM (SELECT) none LEFT JOIN signal_change c ON c.tx >= since
	ORDER BY c.id LIMIT 5001
$$;

-- Renditions of the playlist as resolutions, info hashes in hexadecimal. With
-- `wanted`, those videos; else the next ones.
CREATE FUNCTION signal_listed(wanted bigint[], behind bigint, most int)
RETURNS TABLE (id bigint, uuid uuid, playlist_url text, resolutions text,
	info_hashes text)
STABLE SECURITY DEFINER SET search_path = public, pg_temp
LANGUAGE sql AS $$
	SELECT v.id, v.uuid, origin() || hls_dir(true, v.uuid) ||
			p.playlist_filename, f.resolutions, f.info_hashes
	FROM video v
	JOIN channel c ON c.id = v.channel_id AND c.is_shared
	LEFT JOIN streaming_playlist p ON p.video_id = v.id AND p.url IS NULL
	CROSS JOIN LATERAL (SELECT string_agg(f.resolution::text, ' '
			ORDER BY f.resolution)
			FILTER (WHERE f.playlist_id IS NOT NULL) AS resolutions,
		string_agg(encode(f.info_hash, 'hex'), ' ') AS info_hashes
		FROM video_file f
		WHERE f.video_id = v.id AND f.url IS NULL) f
	WHERE v.host_id IS NULL AND video_is_listed(v) AND v.id > behind
		AND (wanted IS NULL OR v.id = ANY (wanted))
	ORDER BY v.id LIMIT most
$$;

CREATE FUNCTION signal_told_write(told jsonb) RETURNS void
SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE sql AS $$
	INSERT INTO signal_state AS s (seconds, counts, before)
	VALUES (0, told, told)
	ON CONFLICT (one) DO UPDATE SET told_at = now(), counts = told,
		seconds = extract(epoch FROM now() - s.told_at),
		before = CASE WHEN told -> 'started' = s.counts -> 'started'
			THEN s.counts ELSE told END
$$;

GRANT USAGE ON SCHEMA public TO cardume_signal;
REVOKE ALL ON FUNCTION signal_changes(xid8),
	signal_listed(bigint[], bigint, int), signal_told_write(jsonb)
	FROM PUBLIC;
GRANT EXECUTE ON FUNCTION signal_changes(xid8),
	signal_listed(bigint[], bigint, int), signal_told_write(jsonb)
	TO cardume_signal;
GRANT SELECT ON signal_state TO cardume_api;
GRANT SELECT, DELETE ON signal_change TO cardume_worker;

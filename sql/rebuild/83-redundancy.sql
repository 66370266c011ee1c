-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Copies of videos as admins see them, by the API: those that we keep of other
-- servers' videos (48-redundancy.sql) and those that others keep of ours
-- (47-mirror.sql). Both have numbers of one sequence.

CREATE FUNCTION redundancy_list(first int, nr int, sort text) RETURNS json
STABLE LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	RETURN listed((SELECT count(*) FROM redundancy),
	(SELECT json_agg(json_build_object('id', v.id, 'name', v.name,
		'url', video_url(v), 'uuid', v.uuid, 'redundancies',
		json_build_object('files', '[]'::json, 'streamingPlaylists',
			json_build_array(json_build_object('id', r.id,
				'strategy', r.strategy, 'fileUrl',
				origin() || '/' || redundancy_folder(r),
				'createdAt', iso(r.created_at),
				'updatedAt', iso(r.updated_at),
				'expiresOn', iso(r.expires_at),
				'size', r.size, 'state', r.state,
				'error', r.error)))) ORDER BY k.place)
	FROM (SELECT o.id, row_number() OVER (ORDER BY
			CASE WHEN sort = '-name' THEN o.name END DESC,
			CASE WHEN sort = 'name' THEN o.name END, o.id) AS place
		FROM redundancy c JOIN video o ON o.id = c.video_id
		ORDER BY place LIMIT nr OFFSET first) k
	JOIN video v ON v.id = k.id
	JOIN redundancy r ON r.video_id = k.id));
END $$;

-- One of ours goes from the disk; one of another server is used no longer,
-- until that server tells of it again. 404 where there is none.
CREATE FUNCTION redundancy_end(wanted bigint) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	IF EXISTS (SELECT FROM redundancy r WHERE r.id = wanted) THEN
		PERFORM redundancy_remove(wanted);
		RETURN true;
	END IF;
	DELETE FROM mirror m WHERE m.id = wanted;
	RETURN FOUND OR refuse('404', 'Video redundancy not found');
END $$;

-- Whether strategies may copy videos of a server that is followed.
CREATE FUNCTION host_redundancy_allow(named text, allowed boolean)
RETURNS boolean LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	UPDATE host h SET redundancy_allowed = allowed
	WHERE h.id = host_named(named) AND (NOT allowed OR EXISTS (SELECT
		FROM follow f JOIN actor a ON a.id = f.target_id
		WHERE f.follower_id = instance_actor()
			AND a.host_id = h.id));
	RETURN FOUND OR refuse('404', 'This instance is not followed');
END $$;

-- With the last follow of a server the leave ends, too.
CREATE FUNCTION host_redundancy_ended() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	UPDATE host h SET redundancy_allowed = false
	WHERE h.redundancy_allowed AND OLD.follower_id = instance_actor()
		AND h.id = (SELECT a.host_id FROM actor a
			WHERE a.id = OLD.target_id)
		AND NOT EXISTS (SELECT FROM follow f
			JOIN actor a ON a.id = f.target_id
			WHERE f.follower_id = OLD.follower_id
				AND a.host_id = h.id);
	RETURN NULL;
END $$;
CREATE TRIGGER host_redundancy_ended AFTER DELETE ON follow
	FOR EACH ROW WHEN (OLD.url IS NOT NULL)
	EXECUTE FUNCTION host_redundancy_ended();

-- videosRedundancy of /server/stats; by hand there is no limit.
CREATE FUNCTION redundancy_stats() RETURNS json
STABLE LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
	SELECT coalesce(json_agg(json_build_object('strategy', u.strategy,
		'totalSize', u.budget, 'totalUsed', u.used,
		'totalVideos', u.videos, 'totalVideoFiles', (SELECT count(*)
			FROM redundancy r
			JOIN video_file f ON f.video_id = r.video_id
			WHERE r.strategy = u.strategy AND r.state = 'kept'
				AND f.playlist_id IS NOT NULL))
		ORDER BY u.strategy), '[]')
	FROM redundancy_usage() u
$$;

REVOKE ALL ON FUNCTION redundancy_list, redundancy_end, host_redundancy_allow,
	redundancy_stats FROM PUBLIC;
GRANT EXECUTE ON FUNCTION redundancy_list, redundancy_end, redundancy_stats,
	redundancy_add TO cardume_api;
GRANT EXECUTE ON FUNCTION host_redundancy_allow TO cardume_api, cardume_page;
GRANT USAGE ON SEQUENCE mirror_id_seq TO cardume_worker;

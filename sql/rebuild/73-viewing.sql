-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What viewers do: views and their statistics, the history, likes.

-- The id of a video that is not hidden from the viewer; 404 otherwise.
CREATE FUNCTION video_known(named text, viewer bigint) RETURNS bigint
STABLE LANGUAGE plpgsql AS $$
DECLARE
	v video;
BEGIN
	SELECT * INTO v FROM video WHERE id = video_id(named);
	IF v.id IS NULL OR video_access(v, viewer, named LIKE '%-%') = 'hidden'
	THEN
		PERFORM refuse('404', 'Video not found');
	END IF;
	RETURN v.id;
END $$;

-- --- views -------------------------------------------------------------------

-- Who watches, without saying who: one's session, else one's address (of
-- IPv6 the network). Where the secret was lost, nobody is known again.
CREATE FUNCTION view_hash(secret text, session text, address text)
RETURNS bytea LANGUAGE sql AS $$
	SELECT substr(sha256(convert_to(coalesce(secret,
		gen_random_uuid()::text) || ' ' || coalesce(session,
		CASE WHEN address LIKE '%:%' THEN network(set_masklen(
			address::inet, 64))::text ELSE address END),
		'UTF8')), 1, 16)
$$;

-- Why nothing was added; 404 or 400.
CREATE FUNCTION view_refused(named text, viewer bigint, session text)
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	PERFORM video_known(named, viewer);
	IF session !~ '^[0-9A-Za-z-]+$' THEN
		RETURN refuse_field('sessionId',
			'Should be letters, digits and hyphens');
	END IF;
	RETURN refuse_field('currentTime',
		'Should be a time within the video');
END $$;

-- May a list tell the viewer of a video that is not hidden: not of one whose
-- password the viewer never gave.
CREATE FUNCTION video_is_unlocked(v video, viewer bigint) RETURNS boolean
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN v.privacy <> 5 OR video_may_oversee(v, viewer)
		OR EXISTS (SELECT FROM video_token k
			WHERE k.video_id = v.id AND k.user_id = viewer
				AND k.expires_at > now());
END $$;

-- What a player tells every few seconds. Only a row is kept of it; of the
-- signed-in, where they are in the film, too. It comes often: all is one
-- statement, which finds no row where something is wrong.
CREATE FUNCTION view_add(named text, viewer bigint, place text, session text,
	is_seek boolean, client text, device text, os text, address text,
	agent text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	added view_ping;
	by_uuid constant boolean := named LIKE '%-%';
	wanted constant uuid := CASE WHEN by_uuid THEN named::uuid
		ELSE (SELECT v.uuid FROM video v WHERE v.id = named::bigint)
		END;
BEGIN
	INSERT INTO view_ping (viewer, video_id, place, is_seek, client, device,
		os, agent)
	SELECT view_hash((SELECT secret FROM view_secret), session, address),
		v.id, split_part(place, '.', 1)::int, coalesce(is_seek, false),
		left(client, 100), CASE WHEN device IN ('console', 'desktop',
			'embedded', 'mobile', 'smarttv', 'tablet', 'wearable',
			'xr') THEN device END, left(os, 100),
		CASE WHEN num_nulls(client, device, os) > 0
			THEN left(agent, 300) END
	FROM video v
	WHERE v.uuid = wanted
		AND video_access(v, viewer, by_uuid) <> 'hidden'
		AND CASE WHEN place ~ '^[0-9]{1,9}(\.[0-9]*)?$'
			THEN split_part(place, '.', 1)::int <= v.duration + 1
			ELSE false END
		AND (session IS NULL OR session ~ '^[0-9A-Za-z-]+$')
	RETURNING * INTO added;
	IF NOT FOUND THEN
		PERFORM view_refused(named, viewer, session);
	END IF;
	IF viewer IS NOT NULL THEN
		PERFORM set_config('synchronous_commit', 'off', true);
		INSERT INTO history (user_id, video_id, place)
		SELECT u.id, v.id, added.place FROM app_user u
		JOIN video v ON v.id = added.video_id
		WHERE u.id = viewer AND u.videos_history_enabled
			AND video_is_unlocked(v, viewer)
		ON CONFLICT (user_id, video_id) DO UPDATE
			SET place = excluded.place, watched_at = now();
	END IF;
	RETURN '';
END $$;

CREATE FUNCTION agent_client(agent text) RETURNS text IMMUTABLE LANGUAGE sql
AS $$
	SELECT CASE
		WHEN agent ~ 'Firefox/' THEN 'Firefox'
		WHEN agent ~ 'Edg(A|iOS)?/' THEN 'Edge'
		WHEN agent ~ 'OPR/' THEN 'Opera'
		WHEN agent ~ '(Chrome|Chromium|CriOS)/' THEN 'Chrome'
		WHEN agent ~ '^Mozilla/.*Safari/' THEN 'Safari'
		WHEN agent ~ '^[A-Za-z][\w.-]*' AND agent !~ '^Mozilla/'
			THEN left(substring(agent FROM '^[\w.-]+'), 100)
		END
$$;

CREATE FUNCTION agent_os(agent text) RETURNS text IMMUTABLE LANGUAGE sql AS $$
	SELECT CASE
		WHEN agent ~ 'Android' THEN 'Android'
		WHEN agent ~ '(iPhone|iPad)' THEN 'iOS'
		WHEN agent ~ 'Windows' THEN 'Windows'
		WHEN agent ~ 'Macintosh' THEN 'macOS'
		WHEN agent ~ 'Linux' THEN 'Linux' END
$$;

CREATE FUNCTION agent_device(agent text) RETURNS text IMMUTABLE LANGUAGE sql
AS $$
	SELECT CASE
		WHEN agent ~* '(smart-?tv|appletv|googletv|bravia|aft[a-z])'
			THEN 'smarttv'
		WHEN agent ~ '(iPad|Tablet)' OR agent ~ 'Android'
			AND agent !~ 'Mobile' THEN 'tablet'
		WHEN agent ~ '(Mobile|iPhone)' THEN 'mobile'
		WHEN agent ~ '^Mozilla/' THEN 'desktop' END
$$;

-- How many seconds of film can be played in that time, at four times the speed
-- and with what was loaded before.
CREATE FUNCTION view_playable(span interval) RETURNS int
IMMUTABLE LANGUAGE sql AS $$
	SELECT (10 + 4 * extract(epoch FROM span))::int
$$;

-- Adds up the pings of viewers: at most so many, the number of those taken.
--   * a viewing is of one viewer and one video, with less than an hour between
--     two pings
--   * what lies between two pings was watched, unless the player says that one
--     has jumped, or it is more than can have been played; all in all, too
--   * a view is ten seconds watched (or the whole of a shorter film), once an
--     hour
CREATE FUNCTION view_fold_write(batch int) RETURNS bigint
SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE sql AS $$
WITH taken AS (
	DELETE FROM view_ping
	WHERE ctid = ANY (ARRAY(SELECT ctid FROM view_ping LIMIT batch))
	RETURNING *
), step AS (
	SELECT p.*, n.session_id,
		coalesce(lag(p.place) OVER w, n.place) AS before,
		view_playable(p.at - coalesce(lag(p.at) OVER w, n.at))
			AS playable
	FROM taken p
	JOIN video v ON v.id = p.video_id
	LEFT JOIN view_now n ON n.viewer = p.viewer
		AND n.video_id = p.video_id
		AND n.at > p.at - interval '1 hour'
	WINDOW w AS (PARTITION BY p.viewer, p.video_id ORDER BY p.at)
), played AS (
	SELECT s.*, NOT is_seek AND place > before
		AND place - before <= playable AS is_on
	FROM step s
), viewing AS MATERIALIZED (
	SELECT viewer, video_id, min(at) AS began, max(at) AS at,
		(array_agg(place ORDER BY at DESC))[1] AS place,
		least(coalesce(sum(place - before) FILTER (WHERE is_on), 0),
			1000000)::int AS watched,
		coalesce(min(session_id), nextval('view_session_id_seq'))
			AS session_id,
		max(client) AS client, max(device) AS device, max(os) AS os,
		max(agent) AS agent
	FROM played GROUP BY viewer, video_id
), session AS (
	INSERT INTO view_session AS s (id, video_id, started_at, ended_at,
		watched, client, device, os)
	SELECT session_id, video_id, began, at,
		least(watched, view_playable(at - began)),
		coalesce(client, agent_client(agent)),
		coalesce(device, agent_device(agent)),
		coalesce(os, agent_os(agent))
	FROM viewing ORDER BY session_id
	ON CONFLICT (id) DO UPDATE SET
		ended_at = greatest(s.ended_at, excluded.ended_at),
		watched = least(s.watched + excluded.watched,
			view_playable(excluded.ended_at - s.started_at))
), seen AS (
	INSERT INTO view_now AS n (viewer, video_id, session_id, place,
		watched, at)
	SELECT viewer, video_id, session_id, place, watched, at
	FROM viewing ORDER BY viewer, video_id
	ON CONFLICT (viewer, video_id) DO UPDATE SET
		session_id = excluded.session_id,
		place = excluded.place,
		watched = least(1000000, excluded.watched + CASE
			WHEN n.session_id = excluded.session_id THEN n.watched
			ELSE 0 END),
		at = excluded.at
), edge AS (
	SELECT video_id, second, sum(change) AS change
	FROM played CROSS JOIN LATERAL (VALUES
		(CASE WHEN is_on THEN before + 1 ELSE place END, 1),
		(place + 1, -1)) e (second, change)
	GROUP BY video_id, second
), retention AS (
	INSERT INTO view_retention AS r (video_id, second, change)
	SELECT video_id, second, change FROM edge WHERE change <> 0
	ORDER BY video_id, second
	ON CONFLICT (video_id, second) DO UPDATE
		SET change = r.change + excluded.change
)
SELECT count(*) FROM taken
$$;

-- Counts the views of viewings that were just added up and those that other
-- servers told us of, and who watches now; forgets who watched an hour ago.
-- Servers of others' videos are told of views and viewers here
-- (86-remote-view.sql).
CREATE FUNCTION view_count_write() RETURNS void
SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
DECLARE
	seen bigint[];
BEGIN
	WITH counted AS (
		UPDATE view_now n SET counted_at = n.at, watched = 0
		FROM video v WHERE v.id = n.video_id
			AND n.watched >= least(10, greatest(v.duration, 1))
			AND (n.counted_at IS NULL
				OR n.counted_at < n.at - interval '1 hour')
		RETURNING n.video_id, (n.at AT TIME ZONE 'UTC')::date AS day
	), told AS (
		UPDATE remote_view r SET is_counted = true
		FROM video v WHERE v.id = r.video_id AND NOT r.is_counted
		RETURNING r.video_id, (r.at AT TIME ZONE 'UTC')::date AS day
	), views AS (
		SELECT * FROM counted UNION ALL SELECT * FROM told
	), daily AS (
		INSERT INTO view_day AS d (video_id, day, views)
		SELECT video_id, day, count(*) FROM views
		GROUP BY video_id, day ORDER BY video_id, day
		ON CONFLICT (video_id, day) DO UPDATE
			SET views = d.views + excluded.views
	), added AS (
		UPDATE video v SET views = v.views + c.nr
		FROM (SELECT video_id, count(*) AS nr FROM views
			GROUP BY video_id) c
		WHERE v.id = c.video_id
	)
	SELECT array_agg(c.video_id) INTO seen FROM counted c;
	PERFORM views_tell(seen);

	DELETE FROM view_now WHERE at < now() - interval '1 hour';
	DELETE FROM remote_view WHERE at < now() - interval '1 day';
	DELETE FROM remote_viewer WHERE until <= now();

	-- of another server's video that one knows, here and elsewhere
	WITH here AS (
		SELECT n.video_id, count(*)::int AS viewers
		FROM view_now n WHERE n.at > now() - interval '1 minute'
		GROUP BY n.video_id
	), there AS (
		SELECT r.video_id, least(sum(r.viewers), 1000000000)::int
			AS viewers
		FROM remote_viewer r GROUP BY r.video_id
	), now AS (
		SELECT v.id AS video_id, CASE WHEN v.host_id IS NULL
			THEN coalesce(h.viewers, 0) + coalesce(t.viewers, 0)
			ELSE coalesce(t.viewers, h.viewers) END AS viewers
		FROM here h FULL JOIN there t ON t.video_id = h.video_id
		JOIN video v ON v.id = coalesce(h.video_id, t.video_id)
	), gone AS (
		DELETE FROM video_viewers
		WHERE video_id NOT IN (SELECT video_id FROM now)
	)
	INSERT INTO video_viewers AS w (video_id, viewers)
	SELECT video_id, viewers FROM now ORDER BY video_id
	ON CONFLICT (video_id) DO UPDATE SET viewers = excluded.viewers
	WHERE w.viewers <> excluded.viewers;
	PERFORM viewers_tell();
END $$;

CREATE FUNCTION view_secret_write() RETURNS void
SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE sql AS $$
	DELETE FROM view_secret WHERE made_at < now() - interval '1 day';
	INSERT INTO view_secret (secret)
	SELECT gen_random_uuid()::text || gen_random_uuid()
	ON CONFLICT DO NOTHING
$$;
SELECT view_secret_write();

REVOKE ALL ON FUNCTION view_fold_write(int), view_count_write(),
	view_secret_write() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION view_fold_write(int), view_count_write(),
	view_secret_write() TO cardume_worker;

-- --- history -----------------------------------------------------------------

-- What a user watched, the last first.
CREATE FUNCTION history_list(viewer bigint, first int, nr int, words text)
RETURNS json STABLE LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
	ids bigint[];
	total bigint;
BEGIN
	ids := ARRAY(SELECT h.video_id
		FROM history h JOIN video v ON v.id = h.video_id
		WHERE h.user_id = viewer
			AND video_access(v, viewer, true) <> 'hidden'
			AND (words IS NULL OR v.search @@ websearch_to_tsquery(
				'simple', unaccent(words)))
		ORDER BY h.watched_at DESC, h.video_id
		LIMIT nr OFFSET first);
	SELECT count(*) INTO total FROM (SELECT
		FROM history h JOIN video v ON v.id = h.video_id
		WHERE h.user_id = viewer
			AND video_access(v, viewer, true) <> 'hidden'
			AND (words IS NULL OR v.search @@ websearch_to_tsquery(
				'simple', unaccent(words)))
		LIMIT 10000) limited;
	RETURN listed(total, video_items_text(ids, false, viewer)::json);
END $$;

CREATE FUNCTION history_remove(viewer bigint, named text) RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM history h WHERE user_id = viewer
		AND h.video_id = video_id(named);
	IF NOT FOUND THEN
		PERFORM video_known(named, viewer);
	END IF;
	RETURN '';
END $$;

CREATE FUNCTION history_clear(viewer bigint, before timestamptz) RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM history WHERE user_id = viewer
		AND (before IS NULL OR watched_at < before);
	RETURN '';
END $$;

-- --- likes -------------------------------------------------------------------

-- Each element is a rate: of which video, by how much its likes and dislikes
-- become more. In a batch it waits for the end (69-count-later.sql).
CREATE FUNCTION rate_count_write(videos bigint[], liked int[], disliked int[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	IF counts_wait() THEN
		PERFORM count_later('rates', ARRAY[videos[i], liked[i],
			disliked[i]])
		FROM generate_subscripts(videos, 1) i;
		RETURN;
	END IF;
	-- another server's totals may not count ours
	UPDATE video v SET likes = greatest(0, v.likes + n.liked),
		dislikes = greatest(0, v.dislikes + n.disliked)
	FROM (SELECT t.id, sum(t.liked) AS liked, sum(t.disliked) AS disliked
		FROM unnest(videos, liked, disliked) t (id, liked, disliked)
		GROUP BY t.id) n
	WHERE v.id = n.id AND (n.liked <> 0 OR n.disliked <> 0);
END $$;

-- The counters follow the rows. What several rate at once waits for the row of
-- the video, so that no rate is lost.
CREATE FUNCTION rate_counted() RETURNS trigger
SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
DECLARE
	liked int := 0;
	disliked int := 0;
BEGIN
	IF TG_OP <> 'INSERT' THEN
		liked := liked - (OLD.rating = 'like')::int;
		disliked := disliked - (OLD.rating = 'dislike')::int;
	END IF;
	IF TG_OP <> 'DELETE' THEN
		liked := liked + (NEW.rating = 'like')::int;
		disliked := disliked + (NEW.rating = 'dislike')::int;
	END IF;
	IF liked <> 0 OR disliked <> 0 THEN
		PERFORM rate_count_write(
			ARRAY[coalesce(NEW.video_id, OLD.video_id)],
			ARRAY[liked], ARRAY[disliked]);
	END IF;
	RETURN NULL;
END $$;
CREATE TRIGGER rate_counted AFTER INSERT OR DELETE OR UPDATE OF rating ON rate
	FOR EACH ROW EXECUTE FUNCTION rate_counted();

CREATE FUNCTION rate_set(named text, viewer bigint, password text,
	wanted text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	video constant bigint := video_opened(named, viewer, password);
BEGIN
	IF wanted = 'none' THEN
		DELETE FROM rate WHERE account_id = account_of(viewer)
			AND video_id = video;
		RETURN '';
	END IF;
	INSERT INTO rate (account_id, video_id, rating)
	VALUES (account_of(viewer), video, wanted)
	ON CONFLICT (account_id, video_id) DO UPDATE
		SET rating = excluded.rating, created_at = now()
		WHERE rate.rating <> excluded.rating;
	RETURN '';
END $$;

CREATE FUNCTION rate_of(named text, viewer bigint) RETURNS json
STABLE LANGUAGE plpgsql AS $$
DECLARE
	video constant bigint := video_known(named, viewer);
BEGIN
	RETURN json_build_object('videoId', video, 'rating', coalesce(
		(SELECT rating FROM rate WHERE account_id = account_of(viewer)
			AND video_id = video), 'none'));
END $$;

-- What an account rated, for itself only.
CREATE FUNCTION rate_list(account text, viewer bigint, first int, nr int,
	sort text, wanted text) RETURNS json
STABLE LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan AS $$
DECLARE
	whose constant bigint := account_named(account);
	ids bigint[];
	ratings text[];
	total bigint;
BEGIN
	IF whose IS DISTINCT FROM account_of(viewer) THEN
		PERFORM refuse('403', 'Only the owner of the account may see'
			' its ratings.');
	END IF;
	SELECT array_agg(l.video_id), array_agg(l.rating) INTO ids, ratings
	FROM (SELECT r.video_id, r.rating
		FROM rate r JOIN video v ON v.id = r.video_id
		WHERE r.account_id = whose
			AND (wanted IS NULL OR r.rating = wanted)
			AND video_access(v, viewer, true) <> 'hidden'
		ORDER BY CASE WHEN sort = '-createdAt'
				THEN r.created_at END DESC,
			CASE WHEN sort = 'createdAt' THEN r.created_at END,
			r.video_id
		LIMIT nr OFFSET first) l;
	SELECT count(*) INTO total FROM (SELECT
		FROM rate r JOIN video v ON v.id = r.video_id
		WHERE r.account_id = whose
			AND (wanted IS NULL OR r.rating = wanted)
			AND video_access(v, viewer, true) <> 'hidden'
		LIMIT 10000) limited;
	RETURN listed(total, (SELECT json_agg(json_build_object(
			'video', i.item, 'rating', ratings[i.nr])
			ORDER BY i.nr)
		FROM json_array_elements(video_items(ids, false))
			WITH ORDINALITY i (item, nr)));
END $$;

GRANT SELECT, INSERT ON view_ping TO cardume_api, cardume_page;
GRANT SELECT ON view_secret TO cardume_api, cardume_page;
GRANT SELECT, INSERT, UPDATE, DELETE ON history, rate TO cardume_api,
	cardume_page;
GRANT SELECT (videos_history_enabled) ON app_user TO cardume_api, cardume_page;
GRANT SELECT ON view_session, view_retention TO cardume_api;
GRANT SELECT ON view_day, video_viewers TO cardume_page, cardume_api,
	cardume_upload;

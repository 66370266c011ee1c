-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Statistics of a video, for its owner and moderators, of the viewings that
-- 73-viewing.sql adds up.

CREATE FUNCTION video_overseen(named text, viewer bigint) RETURNS bigint
STABLE LANGUAGE plpgsql AS $$
DECLARE
	v video;
BEGIN
	SELECT * INTO v FROM video WHERE id = video_known(named, viewer);
	IF NOT video_may_oversee(v, viewer) THEN
		PERFORM refuse('403', 'Only the owner of the video may see its'
			' statistics.');
	END IF;
	RETURN v.id;
END $$;

CREATE FUNCTION stats_overall(named text, viewer bigint, since timestamptz,
	until timestamptz) RETURNS json
STABLE LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan AS $$
DECLARE
	video constant bigint := video_overseen(named, viewer);
BEGIN
	RETURN (WITH viewing AS MATERIALIZED (
		SELECT started_at, ended_at, watched FROM view_session s
		WHERE s.video_id = video
			AND s.started_at >= coalesce(since, '-infinity')
			AND s.started_at <= coalesce(until, 'infinity')
	), played AS (
		SELECT d.* FROM playback_day d
		WHERE d.video_id = video
			AND d.day >= coalesce((since AT TIME ZONE 'UTC')::date,
				'-infinity')
			AND d.day <= coalesce((until AT TIME ZONE 'UTC')::date,
				'infinity')
	), peak AS (
		SELECT at, sum(change) OVER (ORDER BY at, change DESC) AS nr
		FROM viewing CROSS JOIN LATERAL (VALUES (started_at, 1),
			(ended_at, -1)) e (at, change)
		ORDER BY nr DESC, at LIMIT 1
	)
	SELECT json_build_object(
		'averageWatchTime', coalesce(round(avg(watched)), 0),
		'totalWatchTime', coalesce(sum(watched), 0),
		'totalViewers', count(*),
		'viewersPeak', coalesce((SELECT nr FROM peak), 0),
		'viewersPeakDate', (SELECT iso(at) FROM peak),
		-- ours, not PeerTube's: of whole days
		'downloadedBytesHTTP', (SELECT coalesce(sum(from_server), 0)
			FROM played),
		'downloadedBytesP2P', (SELECT coalesce(sum(from_viewers), 0)
			FROM played),
		'uploadedBytesP2P', (SELECT coalesce(sum(to_viewers), 0)
			FROM played),
		'countries', '[]'::json,
		'subdivisions', '[]'::json)
	FROM viewing);
END $$;

-- How long a step of a series is, so that there are some hundred at most.
CREATE FUNCTION stats_step(span interval) RETURNS text
IMMUTABLE LANGUAGE sql AS $$
	SELECT CASE WHEN span <= interval '2 hours' THEN '1 minute'
		WHEN span <= interval '1 day' THEN '10 minutes'
		WHEN span <= interval '15 days' THEN '1 hour'
		WHEN span <= interval '400 days' THEN '1 day'
		ELSE '1 month' END
$$;

CREATE FUNCTION stats_series(named text, viewer bigint, metric text,
	since timestamptz, until timestamptz) RETURNS json
STABLE LANGUAGE plpgsql
SET plan_cache_mode = force_custom_plan SET timezone = 'UTC' AS $$
DECLARE
	video constant bigint := video_overseen(named, viewer);
	step text;
	unit text;
BEGIN
	IF (since IS NULL) <> (until IS NULL) THEN
		PERFORM refuse_field(CASE WHEN since IS NULL THEN 'startDate'
			ELSE 'endDate' END, 'Both dates or neither');
	ELSIF since > until OR until - since > interval '3653 days' THEN
		PERFORM refuse_field('endDate',
			'Should be after startDate, by ten years at most');
	END IF;
	since := coalesce(since, (SELECT greatest(v.created_at,
		now() - interval '3653 days') FROM video v
		WHERE v.id = video));
	until := coalesce(until, now());
	step := stats_step(until - since);
	unit := split_part(step, ' ', 2);
	RETURN (WITH viewing AS (
		SELECT CASE WHEN step LIKE '10 %' THEN date_bin(step::interval,
				s.started_at, '2000-01-01')
			ELSE date_trunc(unit, s.started_at) END AS at,
			CASE metric WHEN 'viewers' THEN count(*)
				WHEN 'aggregateWatchTime' THEN sum(s.watched)
				ELSE 0 END AS value
		FROM view_session s
		WHERE s.video_id = video AND s.started_at >= since
			AND s.started_at <= until
		GROUP BY 1
	)
	SELECT json_build_object('groupInterval', step, 'data',
		coalesce(json_agg(json_build_object('date', iso(p.at),
			'value', coalesce(v.value, 0)) ORDER BY p.at), '[]'))
	FROM generate_series(CASE WHEN step LIKE '10 %'
			THEN date_bin(step::interval, since, '2000-01-01')
			ELSE date_trunc(unit, since) END,
		until, step::interval) p (at)
	LEFT JOIN viewing v ON v.at = p.at);
END $$;

-- What share of the viewings had each second of the film.
CREATE FUNCTION stats_retention(named text, viewer bigint) RETURNS json
STABLE LANGUAGE plpgsql AS $$
DECLARE
	video constant bigint := video_overseen(named, viewer);
	total constant bigint := (SELECT count(*) FROM view_session s
		WHERE s.video_id = video);
BEGIN
	RETURN (SELECT json_build_object('data', coalesce(json_agg(
		json_build_object('second', second, 'retentionPercent',
			CASE WHEN total = 0 THEN 0 ELSE least(100,
				round(100.0 * nr / total, 2)) END)
		ORDER BY second), '[]'))
	FROM (SELECT second, sum(coalesce(r.change, 0))
			OVER (ORDER BY second) AS nr
		FROM generate_series(0, (SELECT v.duration FROM video v
			WHERE v.id = video)) p (second)
		LEFT JOIN (SELECT second, change FROM view_retention
			WHERE video_id = video) r USING (second)) s);
END $$;

CREATE FUNCTION stats_agents(named text, viewer bigint, since timestamptz,
	until timestamptz) RETURNS json
STABLE LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan AS $$
DECLARE
	video constant bigint := video_overseen(named, viewer);
BEGIN
	RETURN (WITH viewing AS MATERIALIZED (
		SELECT e.kind, e.name, count(*) AS viewers
		FROM view_session s CROSS JOIN LATERAL (VALUES
			('clients', s.client), ('devices', s.device),
			('operatingSystems', s.os)) e (kind, name)
		WHERE s.video_id = video AND e.name IS NOT NULL
			AND s.started_at >= coalesce(since, '-infinity')
			AND s.started_at <= coalesce(until, 'infinity')
		GROUP BY e.kind, e.name
	)
	SELECT json_object_agg(k.kind, (SELECT coalesce(json_agg(
			json_build_object('name', t.name, 'viewers', t.viewers)
			ORDER BY t.viewers DESC, t.name), '[]')
		FROM (SELECT name, viewers FROM viewing w
			WHERE w.kind = k.kind
			ORDER BY viewers DESC, name LIMIT 100) t))
	FROM (VALUES ('clients'), ('devices'), ('operatingSystems'))
		k (kind));
END $$;

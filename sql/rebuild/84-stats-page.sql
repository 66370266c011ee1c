-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Pages of statistics: days (UTC) as rows of a table with bars.

-- Bytes that players told, by day: {"days", "fromServer", "fromViewers",
-- "toViewers"}; each day has percent of the day that had most. `video` NULL:
-- of all videos.
CREATE FUNCTION playback_table(video bigint, since date) RETURNS jsonb
STABLE LANGUAGE sql AS $$
	WITH played AS (
		SELECT d.day, sum(d.from_server) AS server,
			sum(d.from_viewers) AS viewers, sum(d.to_viewers) AS sent
		FROM playback_day d
		WHERE d.day >= since AND (video IS NULL OR d.video_id = video)
		GROUP BY d.day
	)
	SELECT jsonb_build_object(
		'fromServer', coalesce(sum(server), 0),
		'fromViewers', coalesce(sum(viewers), 0),
		'toViewers', coalesce(sum(sent), 0),
		'viewersPart', round(100 * sum(viewers) /
			nullif(sum(server + viewers), 0)),
		'days', coalesce(jsonb_agg(jsonb_build_object('day', day,
			'fromServer', server, 'fromViewers', viewers,
			'toViewers', sent,
			'serverPart', round(100 * server / nullif(most, 0)),
			'viewersPart', round(100 * viewers / nullif(most, 0)))
			ORDER BY day DESC), '[]'))
	FROM (SELECT *, max(server + viewers) OVER () AS most FROM played) p
$$;

-- Days that somebody watched, with percent of the day that had most views.
CREATE FUNCTION watched_table(video bigint, since date) RETURNS jsonb
STABLE LANGUAGE sql AS $$
	WITH watched AS (
		SELECT (s.started_at AT TIME ZONE 'UTC')::date AS day,
			count(*) AS viewers, sum(s.watched) AS seconds
		FROM view_session s
		WHERE s.video_id = video
			AND s.started_at >= since::timestamp AT TIME ZONE 'UTC'
		GROUP BY 1
	), viewed AS (
		SELECT d.day, d.views FROM view_day d
		WHERE d.video_id = video AND d.day >= since
	), both_of AS (
		SELECT day, coalesce(views, 0) AS views,
			coalesce(viewers, 0) AS viewers,
			coalesce(seconds, 0) AS seconds,
			max(greatest(views, viewers)) OVER () AS most
		FROM watched FULL JOIN viewed USING (day)
	)
	SELECT jsonb_build_object(
		'views', coalesce(sum(views), 0),
		'viewers', coalesce(sum(viewers), 0),
		'seconds', coalesce(sum(seconds), 0),
		'days', coalesce(jsonb_agg(jsonb_build_object('day', day,
			'views', views, 'viewers', viewers, 'seconds', seconds,
			'part', round(100.0 * viewers / nullif(most, 0)))
			ORDER BY day DESC), '[]'))
	FROM both_of
$$;

-- NULL for who may not see statistics of the video, and for those of others'.
CREATE FUNCTION stats_page(named text, viewer bigint, days int) RETURNS jsonb
STABLE SECURITY DEFINER SET search_path = public, pg_temp
LANGUAGE plpgsql AS $$
DECLARE
	v video;
	since constant date := (now() AT TIME ZONE 'UTC')::date - days + 1;
BEGIN
	SELECT * INTO v FROM video w
	WHERE w.id = video_id(named) AND w.host_id IS NULL
		AND video_may_oversee(w, viewer);
	IF NOT FOUND THEN
		RETURN NULL;
	END IF;
	RETURN jsonb_build_object('name', v.name, 'uuid', v.uuid,
		'shortUUID', v.short_uuid,
		'mayEdit', video_may_edit(v, viewer),
		'views', v.views, 'likes', v.likes,
		'spans', (SELECT jsonb_agg(jsonb_build_object('days', n,
				'isShown', n = days) ORDER BY n)
			FROM unnest(ARRAY[7, 30, 90, 365]) n),
		'watched', watched_table(v.id, since),
		'played', playback_table(v.id, since));
END $$;

REVOKE ALL ON FUNCTION stats_page(text, bigint, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION stats_page(text, bigint, int) TO cardume_page;

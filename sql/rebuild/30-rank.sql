-- SPDX-License-Identifier: AGPL-3.0-or-later
-- The orders "hot" and "trending" of the lists, renewed by job `sweep`.

-- How much is going on around a video, on a scale where ten times as much
-- counts one more.
CREATE FUNCTION video_score(v video) RETURNS double precision
IMMUTABLE LANGUAGE sql AS $$
	SELECT log(greatest(1, (v).likes * 3 - (v).dislikes * 3 +
		(v).comments * 5 + (v).views / 3.0))::double precision
$$;

-- hot: a tenfold score is worth 45,000 s of age, counted from 2020 on, so that
-- it need not be renewed unless the counters change. trending: views divided
-- by the age in days, for videos of the last 30 days first of all.
CREATE FUNCTION rank_write() RETURNS void LANGUAGE sql AS $$
	WITH r AS (
		SELECT v.id, (video_score(v) + (extract(epoch FROM
				v.published_at) - 1577836800) / 45000)::real
				AS hot,
			(v.views / (1 + extract(epoch FROM
				now() - v.published_at) / 86400) ^ 1.5)::real
				AS trending
		FROM video v WHERE v.is_published AND v.privacy = 1
	)
	UPDATE video v SET hot = r.hot, trending = r.trending
	FROM r WHERE r.id = v.id AND (v.hot <> r.hot OR
		abs(v.trending - r.trending) > 0.01 * v.trending + 0.001)
$$;

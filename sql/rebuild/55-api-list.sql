-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Which videos a list has, and in which order.

-- How many videos everybody may see: kept as small changes, added up when
-- read, so that writers do not wait for each other. Every 64th folds them.
CREATE FUNCTION video_counted() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	before int := 0;
	after int := 0;
BEGIN
	IF TG_OP <> 'INSERT' AND video_is_listed(OLD) THEN before := 1; END IF;
	IF TG_OP <> 'DELETE' AND video_is_listed(NEW) THEN after := 1; END IF;
	IF before = 1 AND after = 1 AND OLD.nsfw = NEW.nsfw THEN
		RETURN NULL;
	END IF;
	IF before = 1 THEN INSERT INTO video_tally VALUES (OLD.nsfw, -1); END IF;
	IF after = 1 THEN INSERT INTO video_tally VALUES (NEW.nsfw, 1); END IF;
	IF before + after > 0 AND random() < 1.0 / 64 THEN
		WITH gone AS (DELETE FROM video_tally RETURNING *)
		INSERT INTO video_tally
		SELECT nsfw, sum(change) FROM gone GROUP BY nsfw;
	END IF;
	RETURN NULL;
END $$;
CREATE TRIGGER video_counted AFTER INSERT OR DELETE OR UPDATE OF
	privacy, state, wait_transcoding, is_blocked, nsfw ON video
	FOR EACH ROW EXECUTE FUNCTION video_counted();

-- What `nsfw` means where it was not given: the viewer's wish, else the
-- instance's.
CREATE FUNCTION nsfw_wanted(asked text, viewer bigint) RETURNS text
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN coalesce(asked, CASE nsfw_policy(viewer)
		WHEN 'do_not_list' THEN 'false' ELSE 'both' END);
END $$;

-- The common filters of peertube-api.md 2.3; NULL: not asked for.
--   wanted      'true' 'false' 'both': nsfw
--   languages   '_unknown' is none
--   include     bits 1: those not published too, 2: blocked ones; like
--               privacies and states for those who may see all
--   owner       instead of what everybody may see: all of this account's
CREATE FUNCTION videos_filtered(wanted text, is_live boolean, categories int[],
	licences int[], languages text[], tags_one text[], tags_all text[],
	is_local boolean, host text, has_hls boolean, has_web boolean,
	words text, include int, privacies int[], states int[],
	channel bigint, account bigint, owner bigint)
RETURNS SETOF video STABLE LANGUAGE sql AS $$
	SELECT v.* FROM video v
	WHERE CASE WHEN owner IS NULL AND include IS NULL
			AND privacies IS NULL AND states IS NULL
			THEN video_is_listed(v)
		ELSE (owner IS NOT NULL OR v.is_published
				OR ((include & 1 = 1 OR states IS NOT NULL)
					AND NOT v.is_blocked)
				OR (include & 2 = 2 AND v.is_blocked))
			AND (v.privacy = ANY (privacies) OR privacies IS NULL
				AND (owner IS NOT NULL OR v.privacy = 1))
			AND (states IS NULL OR v.state = ANY (states)) END
	AND (channel IS NULL OR v.channel_id = channel)
	AND (coalesce(account, owner) IS NULL OR v.channel_id = ANY (ARRAY(
		SELECT c.id FROM channel c
		WHERE c.account_id = coalesce(account, owner))))
	AND (wanted = 'both' OR v.nsfw = (wanted = 'true'))
	AND is_live IS NOT TRUE
	AND is_local IS NOT FALSE
	AND (host IS NULL OR host = our_host())
	AND (categories IS NULL OR v.category_id = ANY (categories))
	AND (licences IS NULL OR v.licence_id = ANY (licences))
	AND (languages IS NULL OR v.language_id = ANY (languages)
		OR ('_unknown' = ANY (languages) AND v.language_id IS NULL))
	AND (tags_one IS NULL OR v.tags && tags_one)
	AND (tags_all IS NULL OR v.tags @> tags_all)
	AND (has_hls IS NULL OR has_hls = EXISTS (SELECT
		FROM streaming_playlist p WHERE p.video_id = v.id))
	AND (has_web IS NULL OR has_web = EXISTS (SELECT
		FROM video_file f WHERE f.video_id = v.id
			AND f.playlist_id IS NULL))
	AND (words IS NULL OR v.search @@
		websearch_to_tsquery('simple', unaccent(words)))
$$;

-- The ids of a filtered list and its total (counted up to 10,000). Planned
-- with its values at each call: what was not asked for folds away, and the
-- sort becomes an index.
CREATE FUNCTION videos_found(first int, nr int, sort text, counted boolean,
	wanted text, is_live boolean, categories int[], licences int[],
	languages text[], tags_one text[], tags_all text[], is_local boolean,
	host text, has_hls boolean, has_web boolean, words text, include int,
	privacies int[], states int[], channel bigint, account bigint,
	owner bigint, OUT ids bigint[], OUT total bigint)
STABLE LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan AS $$
BEGIN
	ids := ARRAY(SELECT v.id FROM videos_filtered(wanted, is_live,
		categories, licences, languages, tags_one, tags_all, is_local,
		host, has_hls, has_web, words, include, privacies, states,
		channel, account, owner) v
	ORDER BY
		CASE WHEN sort = '-createdAt' THEN v.created_at END DESC,
		CASE WHEN sort IN ('-publishedAt', '-localVideoFilesSize')
			THEN v.published_at END DESC,
		CASE WHEN sort = '-originallyPublishedAt'
			THEN v.originally_published_at END DESC NULLS LAST,
		CASE WHEN sort = '-views' THEN v.views END DESC,
		CASE WHEN sort = '-likes' THEN v.likes END DESC,
		CASE WHEN sort = '-comments' THEN v.comments END DESC,
		CASE WHEN sort = '-trending' THEN v.trending END DESC,
		CASE WHEN sort IN ('-hot', '-best') THEN v.hot END DESC,
		CASE WHEN sort = '-duration' THEN v.duration END DESC,
		CASE WHEN sort = '-name' THEN v.name END DESC,
		CASE WHEN sort LIKE '-%' THEN v.id END DESC,
		CASE sort WHEN 'createdAt' THEN v.created_at
			WHEN 'publishedAt' THEN v.published_at
			WHEN 'originallyPublishedAt'
				THEN v.originally_published_at
			WHEN 'localVideoFilesSize' THEN v.published_at END,
		CASE sort WHEN 'views' THEN v.views WHEN 'likes' THEN v.likes
			WHEN 'comments' THEN v.comments END,
		CASE sort WHEN 'trending' THEN v.trending
			WHEN 'hot' THEN v.hot END,
		CASE WHEN sort = 'duration' THEN v.duration END,
		CASE WHEN sort = 'name' THEN v.name END,
		v.id
	LIMIT nr OFFSET first);
	IF counted THEN
		SELECT count(*) INTO total FROM (SELECT FROM videos_filtered(
			wanted, is_live, categories, licences, languages,
			tags_one, tags_all, is_local, host, has_hls, has_web,
			words, include, privacies, states, channel, account,
			owner) LIMIT 10000) limited;
	END IF;
END $$;

-- The ids of the plain list in its usual orders; NULL in others.
CREATE FUNCTION videos_plain(first int, nr int, sort text, wanted text)
RETURNS bigint[] STABLE LANGUAGE plpgsql AS $$
BEGIN
	CASE sort
	WHEN '-publishedAt' THEN
		RETURN ARRAY(SELECT id FROM video v WHERE video_is_listed(v)
			AND (wanted = 'both' OR nsfw = (wanted = 'true'))
			ORDER BY published_at DESC, id DESC
			LIMIT nr OFFSET first);
	WHEN '-trending' THEN
		RETURN ARRAY(SELECT id FROM video v WHERE video_is_listed(v)
			AND (wanted = 'both' OR nsfw = (wanted = 'true'))
			ORDER BY trending DESC, id DESC
			LIMIT nr OFFSET first);
	WHEN '-hot', '-best' THEN
		RETURN ARRAY(SELECT id FROM video v WHERE video_is_listed(v)
			AND (wanted = 'both' OR nsfw = (wanted = 'true'))
			ORDER BY hot DESC, id DESC LIMIT nr OFFSET first);
	WHEN '-views' THEN
		RETURN ARRAY(SELECT id FROM video v WHERE video_is_listed(v)
			AND (wanted = 'both' OR nsfw = (wanted = 'true'))
			ORDER BY views DESC, id DESC LIMIT nr OFFSET first);
	ELSE
		RETURN NULL;
	END CASE;
END $$;

CREATE FUNCTION video_items(ids bigint[], extra boolean) RETURNS json
STABLE LANGUAGE plpgsql AS $$
BEGIN
	IF extra THEN
		RETURN (SELECT coalesce(json_agg((SELECT i.document
			FROM video_item_extra i WHERE i.id = k.id)
			ORDER BY k.nr), '[]')
			FROM unnest(ids) WITH ORDINALITY k (id, nr));
	END IF;
	RETURN (SELECT coalesce(json_agg((SELECT i.document FROM video_item i
		WHERE i.id = k.id) ORDER BY k.nr), '[]')
		FROM unnest(ids) WITH ORDINALITY k (id, nr));
END $$;

-- The same for a search: the best first, of at most the 1,000 newest with the
-- words; where these are few, titles that are spelt alike after them.
CREATE FUNCTION videos_matching(first int, nr int,
	wanted text, is_live boolean, categories int[], licences int[],
	languages text[], tags_one text[], tags_all text[], is_local boolean,
	host text, has_hls boolean, has_web boolean, words text, include int,
	privacies int[], states int[], channel bigint, account bigint,
	owner bigint, OUT ids bigint[], OUT total bigint)
STABLE LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan AS $$
DECLARE
	asked constant tsquery :=
		websearch_to_tsquery('simple', unaccent(words));
BEGIN
	WITH matching AS MATERIALIZED (
		SELECT v.id, v.published_at, ts_rank(v.search, asked) +
			word_similarity(lower(words), lower(v.name)) AS rank
		FROM videos_filtered(wanted, is_live, categories, licences,
			languages, tags_one, tags_all, is_local, host, has_hls,
			has_web, words, include, privacies, states, channel,
			account, owner) v
		ORDER BY v.published_at DESC LIMIT 1000
	), alike AS MATERIALIZED (
		SELECT v.id, v.published_at,
			word_similarity(lower(words), lower(v.name)) - 1 AS rank
		FROM videos_filtered(wanted, is_live, categories, licences,
			languages, tags_one, tags_all, is_local, host, has_hls,
			has_web, NULL, include, privacies, states, channel,
			account, owner) v
		WHERE v.id = ANY (CASE WHEN (SELECT count(*) FROM matching) < 24
				THEN ARRAY(SELECT video_alike(words)) END)
			AND v.id NOT IN (SELECT id FROM matching)
	), found AS MATERIALIZED (
		SELECT id, row_number() OVER (ORDER BY rank DESC,
			published_at DESC, id DESC) AS place
		FROM (TABLE matching UNION ALL TABLE alike) m
	)
	SELECT array(SELECT id FROM found
			WHERE place > first AND place <= first + nr
			ORDER BY place),
		(SELECT count(*) FROM found)
	INTO ids, total;
END $$;

-- A search for the address of a video of ours finds that; NULL: it is none.
CREATE FUNCTION video_of_address(words text) RETURNS json
STABLE LANGUAGE plpgsql AS $$
DECLARE
	named text;
	ids bigint[];
BEGIN
	IF words IS NULL OR left(words, length(origin()) + 1) <> origin() || '/'
	THEN
		RETURN NULL;
	END IF;
	named := substring(words FROM length(origin()) + 1);
	named := substring(named
		FROM '^/(?:w|videos/watch|videos/embed)/([0-9A-Za-z-]+)');
	ids := ARRAY(SELECT v.id FROM video v WHERE v.short_uuid = named
			AND video_is_listed(v)
		UNION ALL SELECT v.id FROM video v WHERE v.uuid = CASE
			WHEN named ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
			THEN named::uuid END AND video_is_listed(v));
	RETURN json_build_object('total', cardinality(ids),
		'data', video_items(ids, false));
END $$;

-- A list of videos: {total, data}.
CREATE FUNCTION video_list(first int, nr int, sort text, skip_count boolean,
	viewer bigint, nsfw text DEFAULT NULL,
	is_live boolean DEFAULT NULL, categories int[] DEFAULT NULL,
	licences int[] DEFAULT NULL, languages text[] DEFAULT NULL,
	tags_one text[] DEFAULT NULL, tags_all text[] DEFAULT NULL,
	is_local boolean DEFAULT NULL, host text DEFAULT NULL,
	has_hls boolean DEFAULT NULL, has_web boolean DEFAULT NULL,
	words text DEFAULT NULL, include int DEFAULT NULL,
	privacies int[] DEFAULT NULL, states int[] DEFAULT NULL,
	channel bigint DEFAULT NULL, account bigint DEFAULT NULL,
	owner bigint DEFAULT NULL)
RETURNS json STABLE LANGUAGE plpgsql AS $$
DECLARE
	wanted constant text := nsfw_wanted(nsfw, viewer);
	counted constant boolean := skip_count IS NOT TRUE;
	ids bigint[];
	total bigint;
	found bigint;
BEGIN
	sort := CASE WHEN sort = 'best' THEN '-best'
		WHEN sort IN ('match', '-match') THEN CASE WHEN words IS NULL
			THEN '-publishedAt' ELSE '-match' END
		ELSE sort END;
	IF owner IS NULL AND num_nonnulls(include, privacies, states) > 0
			AND NOT is_moderator(viewer) THEN
		PERFORM refuse('401', 'You are not allowed to see all videos.');
	END IF;
	IF num_nonnulls(is_live, categories, licences, languages, tags_one,
			tags_all, is_local, host, has_hls, has_web, words,
			include, privacies, states, channel, account, owner) = 0
	THEN
		ids := videos_plain(first, nr, sort, wanted);
		total := (SELECT coalesce(sum(change), 0) FROM video_tally t
			WHERE wanted = 'both' OR t.nsfw = (wanted = 'true'));
	END IF;
	IF sort = '-match' THEN
		SELECT f.ids, f.total INTO ids, total
		FROM videos_matching(first, nr, wanted, is_live, categories,
			licences, languages, tags_one, tags_all, is_local,
			host, has_hls, has_web, words, include, privacies,
			states, channel, account, owner) f;
	END IF;
	IF ids IS NULL THEN
		SELECT f.ids, f.total INTO ids, found
		FROM videos_found(first, nr, sort, counted AND total IS NULL,
			wanted, is_live, categories, licences, languages,
			tags_one, tags_all, is_local, host, has_hls, has_web,
			words, include, privacies, states, channel, account,
			owner) f;
		total := coalesce(total, found);
	END IF;
	IF NOT counted THEN
		RETURN json_build_object('data',
			video_items(ids, include & 152 <> 0));
	END IF;
	RETURN json_build_object('total', total, 'data',
		video_items(ids, include & 152 <> 0));
END $$;

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

-- What a list is asked for; NULL: not asked for. (A view for its row type, which
-- functions take: its members fold into a plan that is made with values.)
--   wanted      'true' 'false' 'both': nsfw
--   languages   '_unknown' is none
--   include     bits 1: those not published too, 2: blocked ones; like
--               privacies and states for those who may see all
--   owner       instead of what everybody may see: all of this account's
--   channels    of these channels: an account's, or those one follows. Known
--               when the plan is made, which so knows how many videos
--   unwatched_by  not in the history of this user
--   muted       without these channels (68-mute.sql)
--   muted_hosts without these servers
CREATE VIEW video_filter AS
SELECT NULL::text AS wanted, NULL::boolean AS is_live,
	NULL::int[] AS categories, NULL::int[] AS licences,
	NULL::text[] AS languages, NULL::text[] AS tags_one,
	NULL::text[] AS tags_all, NULL::boolean AS is_local, NULL::text AS host,
	NULL::boolean AS has_hls, NULL::boolean AS has_web, NULL::text AS words,
	NULL::int AS include, NULL::int[] AS privacies, NULL::int[] AS states,
	NULL::bigint AS channel, NULL::bigint AS owner,
	NULL::bigint[] AS channels, NULL::bigint AS unwatched_by,
	NULL::bigint[] AS muted, NULL::bigint[] AS muted_hosts;

CREATE FUNCTION videos_filtered(f video_filter)
RETURNS SETOF video STABLE LANGUAGE sql AS $$
	SELECT v.* FROM video v
	WHERE CASE WHEN f.owner IS NULL AND f.include IS NULL
			AND f.privacies IS NULL AND f.states IS NULL
			THEN video_is_listed(v)
		ELSE (f.owner IS NOT NULL OR v.is_published
				OR ((f.include & 1 = 1 OR f.states IS NOT NULL)
					AND NOT v.is_blocked)
				OR (f.include & 2 = 2 AND v.is_blocked))
			AND (v.privacy = ANY (f.privacies)
				OR f.privacies IS NULL
				AND (f.owner IS NOT NULL OR v.privacy = 1))
			AND (f.states IS NULL OR v.state = ANY (f.states)) END
	AND (f.channel IS NULL OR v.channel_id = f.channel)
	AND (f.channels IS NULL OR v.channel_id = ANY (f.channels))
	AND (f.unwatched_by IS NULL OR NOT EXISTS (SELECT FROM history h
		WHERE h.user_id = f.unwatched_by AND h.video_id = v.id))
	AND (f.muted IS NULL OR v.channel_id <> ALL (f.muted))
	AND (f.muted_hosts IS NULL OR v.host_id IS NULL
		OR v.host_id <> ALL (f.muted_hosts))
	AND (f.wanted = 'both' OR v.nsfw = (f.wanted = 'true'))
	AND (f.is_live IS NULL OR v.is_live = f.is_live)
	AND (f.is_local IS NULL OR (v.host_id IS NULL) = f.is_local)
	AND (f.host IS NULL OR CASE WHEN f.host = our_host()
		THEN v.host_id IS NULL ELSE v.host_id = host_named(f.host) END)
	AND (f.categories IS NULL OR v.category_id = ANY (f.categories))
	AND (f.licences IS NULL OR v.licence_id = ANY (f.licences))
	AND (f.languages IS NULL OR v.language_id = ANY (f.languages)
		OR ('_unknown' = ANY (f.languages) AND v.language_id IS NULL))
	AND (f.tags_one IS NULL OR v.tags && f.tags_one)
	AND (f.tags_all IS NULL OR v.tags @> f.tags_all)
	AND (f.has_hls IS NULL OR v.has_hls = f.has_hls)
	AND (f.has_web IS NULL OR v.has_web = f.has_web)
	AND (f.words IS NULL OR v.search @@
		websearch_to_tsquery('simple', unaccent(f.words)))
$$;

-- The ids of a filtered list and its total. Planned with its values at each
-- call: what was not asked for folds away, and the sort becomes an index.
-- Counted are 10,000 where the filter has an index that tells it all, else
-- 1,000 past what is shown, since each costs a look at its row.
CREATE FUNCTION videos_found(first int, nr int, sort text, counted boolean,
	f video_filter, OUT ids bigint[], OUT total bigint)
STABLE LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan AS $$
BEGIN
	ids := ARRAY(SELECT v.id FROM videos_filtered(f) v
	ORDER BY
		CASE WHEN sort = '-createdAt' THEN v.created_at END DESC,
		CASE WHEN sort = '-publishedAt' THEN v.published_at END DESC,
		CASE WHEN sort = '-localVideoFilesSize'
			THEN v.files_size END DESC,
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
				THEN v.originally_published_at END,
		CASE sort WHEN 'views' THEN v.views WHEN 'likes' THEN v.likes
			WHEN 'comments' THEN v.comments
			WHEN 'localVideoFilesSize' THEN v.files_size END,
		CASE sort WHEN 'trending' THEN v.trending
			WHEN 'hot' THEN v.hot END,
		CASE WHEN sort = 'duration' THEN v.duration END,
		CASE WHEN sort = 'name' THEN v.name END,
		v.id
	LIMIT nr OFFSET first);
	IF counted THEN
		SELECT count(*) INTO total FROM (SELECT FROM videos_filtered(f)
			LIMIT CASE WHEN num_nonnulls(f.words, f.tags_one,
				f.tags_all, f.unwatched_by) = 0 THEN 10000
			ELSE first + nr + 1000 END) limited;
	END IF;
END $$;

-- The ids of the plain list in its usual orders, without those of muted servers
-- (NULL: none are); NULL: in others, and further down. The plan is kept, so the
-- inner limit has to tell that these are few.
CREATE FUNCTION videos_plain(first int, nr int, sort text, wanted text,
	hosts bigint[]) RETURNS bigint[] STABLE LANGUAGE plpgsql AS $$
BEGIN
	IF first + nr > 1000 THEN
		RETURN NULL;
	END IF;
	CASE sort
	WHEN '-publishedAt' THEN
		RETURN ARRAY(SELECT id FROM (SELECT id FROM video v
				WHERE video_is_listed(v) AND (wanted = 'both'
					OR nsfw = (wanted = 'true'))
				AND (hosts IS NULL OR host_id IS NULL
					OR host_id <> ALL (hosts))
				ORDER BY published_at DESC, id DESC LIMIT 1000)
			f LIMIT nr OFFSET first);
	WHEN '-trending' THEN
		RETURN ARRAY(SELECT id FROM (SELECT id FROM video v
				WHERE video_is_listed(v) AND (wanted = 'both'
					OR nsfw = (wanted = 'true'))
				AND (hosts IS NULL OR host_id IS NULL
					OR host_id <> ALL (hosts))
				ORDER BY trending DESC, id DESC LIMIT 1000)
			f LIMIT nr OFFSET first);
	WHEN '-hot', '-best' THEN
		RETURN ARRAY(SELECT id FROM (SELECT id FROM video v
				WHERE video_is_listed(v) AND (wanted = 'both'
					OR nsfw = (wanted = 'true'))
				AND (hosts IS NULL OR host_id IS NULL
					OR host_id <> ALL (hosts))
				ORDER BY hot DESC, id DESC LIMIT 1000)
			f LIMIT nr OFFSET first);
	WHEN '-views' THEN
		RETURN ARRAY(SELECT id FROM (SELECT id FROM video v
				WHERE video_is_listed(v) AND (wanted = 'both'
					OR nsfw = (wanted = 'true'))
				AND (hosts IS NULL OR host_id IS NULL
					OR host_id <> ALL (hosts))
				ORDER BY views DESC, id DESC LIMIT 1000)
			f LIMIT nr OFFSET first);
	ELSE
		RETURN NULL;
	END CASE;
END $$;

-- How many videos the plain list has: all that are listed without those of
-- muted servers, which are few next to them.
CREATE FUNCTION videos_plain_total(wanted text, hosts bigint[]) RETURNS bigint
STABLE LANGUAGE plpgsql AS $$
DECLARE
	total bigint := (SELECT coalesce(sum(change), 0) FROM video_tally t
		WHERE wanted = 'both' OR t.nsfw = (wanted = 'true'));
BEGIN
	IF hosts IS NOT NULL THEN
		total := greatest(0, total - (SELECT count(*) FROM (SELECT
			FROM video v WHERE v.host_id = ANY (hosts)
				AND video_is_listed(v) AND (wanted = 'both'
					OR v.nsfw = (wanted = 'true'))
			LIMIT 10000) theirs));
	END IF;
	RETURN total;
END $$;

-- The same for a search: of the 200 newest with the words the best first, then
-- the others as they came. Titles that are spelt alike where none has them.
CREATE FUNCTION videos_matching(first int, nr int, f video_filter,
	OUT ids bigint[], OUT total bigint)
STABLE LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan AS $$
DECLARE
	words constant text := f.words;
	asked constant tsquery :=
		websearch_to_tsquery('simple', unaccent(words));
	alike bigint[];
BEGIN
	IF first >= 200 THEN
		SELECT m.ids, m.total INTO ids, total
		FROM videos_found(first, nr, '-publishedAt', true, f) m;
		RETURN;
	END IF;
	SELECT array_agg(m.id ORDER BY CASE WHEN m.nr <= 200
			THEN ts_rank(m.search, asked) END DESC, m.nr)
		FILTER (WHERE m.nr <= 200), count(*)
	INTO ids, total
	FROM (SELECT v.id, v.search, row_number() OVER () AS nr
		FROM (SELECT w.id, w.search FROM videos_filtered(f) w
			ORDER BY w.published_at DESC, w.id DESC LIMIT 1000) v)
		m;
	IF total = 0 THEN
		alike := ARRAY(SELECT video_alike(words));
		f.words := NULL;
	END IF;
	IF cardinality(alike) > 0 THEN
		ids := ARRAY(SELECT v.id FROM videos_filtered(f) v
			WHERE v.id = ANY (alike)
			ORDER BY array_position(alike, v.id));
		total := cardinality(ids);
	END IF;
	ids := ids[first + 1:first + nr];
END $$;

-- What most ask for: no filter, nobody signed in. NULL: not so.
CREATE FUNCTION video_list_plain(first int, nr int, sort text,
	counted boolean, nsfw text) RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
	wanted constant text := nsfw_wanted(nsfw, NULL);
	hosts constant bigint[] := muted_hosts(NULL);
	ids constant bigint[] := videos_plain(first, nr, sort, wanted, hosts);
BEGIN
	IF ids IS NULL OR muted_channels(NULL) IS NOT NULL THEN
		RETURN NULL;
	END IF;
	RETURN concat('{', '"total":' || CASE WHEN counted
			THEN videos_plain_total(wanted, hosts) END || ',',
		'"data":', video_items_text(ids, false), '}');
END $$;

-- A search for the address of a video finds that, as far as it is known; NULL:
-- it is none.
CREATE FUNCTION video_of_address(words text) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
	named text;
	ids bigint[];
	url constant text := (address_read(words)).url;
BEGIN
	IF url IS NOT NULL AND NOT ap_is_ours(url) THEN
		ids := ARRAY(SELECT t.id FROM address_of_theirs(url) t
			WHERE t.kind = 'video');
		RETURN concat('{"total":', cardinality(ids), ',"data":',
			video_items_text(ids, false), '}');
	ELSIF words IS NULL OR left(words, length(origin()) + 1) <> origin() || '/'
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
	RETURN concat('{"total":', cardinality(ids), ',"data":',
		video_items_text(ids, false), '}');
END $$;

-- A list of videos: {total, data}, as text.
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
	owner bigint DEFAULT NULL, unwatched boolean DEFAULT NULL,
	subscriber bigint DEFAULT NULL, with_others boolean DEFAULT false)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
	f video_filter;
	counted constant boolean := skip_count IS NOT TRUE;
	is_plain boolean;
	hosts bigint[];
	ids bigint[];
	total bigint;
	found bigint;
	document text;
BEGIN
	IF num_nonnulls(viewer, is_live, categories, licences, languages,
			tags_one, tags_all, is_local, host, has_hls, has_web,
			words, include, privacies, states, channel, account,
			owner, unwatched, subscriber) = 0 THEN
		document := video_list_plain(first, nr, sort, counted, nsfw);
		IF document IS NOT NULL THEN
			RETURN document;
		END IF;
	END IF;
	sort := CASE WHEN sort = 'best' THEN '-best'
		WHEN sort IN ('match', '-match') THEN CASE WHEN words IS NULL
			THEN '-publishedAt' ELSE '-match' END
		ELSE sort END;
	IF owner IS NULL AND num_nonnulls(include, privacies, states) > 0
			AND NOT is_moderator(viewer) THEN
		PERFORM refuse('401', 'You are not allowed to see all videos.');
	END IF;
	f.is_live := is_live;
	f.categories := categories;
	f.licences := licences;
	f.languages := languages;
	f.tags_one := tags_one;
	f.tags_all := tags_all;
	f.is_local := is_local;
	f.host := host;
	f.has_hls := has_hls;
	f.has_web := has_web;
	f.words := words;
	f.include := include;
	f.privacies := privacies;
	f.states := states;
	f.channel := channel;
	f.owner := owner;
	IF subscriber IS NOT NULL THEN
		f.channels := channels_followed(subscriber);
	ELSIF coalesce(account, owner) IS NOT NULL THEN
		f.channels := channels_of(coalesce(account, owner),
			with_others);
	END IF;
	IF unwatched IS NOT NULL AND viewer IS NULL THEN
		PERFORM refuse_field('excludeAlreadyWatched',
			'Cannot be asked for without signing in');
	ELSIF unwatched THEN
		f.unwatched_by := viewer;
	END IF;
	IF owner IS NULL AND coalesce(include, 0) & 4 = 0 THEN
		f.muted := muted_channels(viewer);
		hosts := muted_hosts(viewer);
	END IF;
	is_plain := f IS NULL;
	f.muted_hosts := hosts;
	f.wanted := nsfw_wanted(nsfw, viewer);
	IF is_plain THEN
		ids := videos_plain(first, nr, sort, f.wanted, hosts);
		total := videos_plain_total(f.wanted, hosts);
	END IF;
	IF sort = '-match' THEN
		SELECT m.ids, m.total INTO ids, total
		FROM videos_matching(first, nr, f) m;
	END IF;
	IF ids IS NULL THEN
		SELECT m.ids, m.total INTO ids, found
		FROM videos_found(first, nr, sort,
			counted AND total IS NULL, f) m;
		total := coalesce(total, found);
	END IF;
	RETURN concat('{', '"total":' || CASE WHEN counted THEN total END || ',',
		'"data":', video_items_text(ids,
			include & 152 <> 0, viewer), '}');
END $$;

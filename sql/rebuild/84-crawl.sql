-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What somebody published before one of ours followed: its outbox is read,
-- newest first, one job a page and one an activity, so that one that cannot be
-- had stops no other (federation.md 1.12, 2.6).

CREATE FUNCTION crawl_begin(actor bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO crawl AS c (actor_id) VALUES (actor)
	ON CONFLICT (actor_id) DO UPDATE SET state = 'running', seen = '{}',
		total = NULL, items = 0, done = 0, failed = 0, error = NULL,
		began_at = now(), updated_at = now()
	WHERE c.state <> 'running' AND c.updated_at < now() - interval '1 hour';
	IF FOUND THEN
		PERFORM fetch_later(jsonb_build_object('what', 'outbox',
			'actorId', actor), 'outbox ' || actor);
	END IF;
END $$;

-- What is to be applied of an activity in the outbox of `a`, or NULL: videos it
-- made or shared. Notes come with their video.
CREATE FUNCTION crawl_item(a actor, item jsonb) RETURNS jsonb
STABLE LANGUAGE plpgsql AS $$
DECLARE
	type constant text := ap_type(item);
	object constant jsonb := ap_get(item, 'object');
	url constant text := ap_id(object);
BEGIN
	IF jsonb_typeof(item) <> 'object' OR type NOT IN ('Create', 'Announce')
			OR ap_id(ap_get(item, 'actor')) IS DISTINCT FROM a.url
			OR ap_host(url) IS NULL OR ap_is_ours(url)
			OR (jsonb_typeof(object) = 'object'
				AND ap_type(object) <> 'Video') THEN
		RETURN NULL;
	END IF;
	RETURN jsonb_build_object('type', type, 'id', ap_text(item, 'id'),
		'actor', a.url, 'object', url, 'to', ap_get(item, 'to'),
		'cc', ap_get(item, 'cc'),
		'published', ap_text(item, 'published'));
END $$;

-- A page's activities, each as a job.
CREATE FUNCTION crawl_items(a actor, page jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	item jsonb;
	wanted jsonb;
	nr bigint := 0;
	passed bigint := 0;
BEGIN
	FOR item IN SELECT e FROM ap_list(coalesce(ap_get(page, 'orderedItems'),
			ap_get(page, 'items'))) e LIMIT 200
	LOOP
		nr := nr + 1;
		wanted := crawl_item(a, item);
		IF wanted IS NULL THEN
			passed := passed + 1;
		ELSE
			PERFORM fetch_later(jsonb_build_object('what',
				'outbox_item', 'actorId', a.id,
				'activity', wanted), format('outbox %s %s', a.id,
				md5(wanted ->> 'object')));
		END IF;
	END LOOP;
	UPDATE crawl SET items = items + nr, done = done + passed,
		updated_at = now() WHERE actor_id = a.id;
END $$;

-- The next page of the actor's own server, one not seen before, within the
-- budget; NULL: that was the last.
CREATE FUNCTION crawl_next(a actor, page jsonb) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	next constant text := ap_own_url(a.document,
		ap_id(coalesce(ap_get(page, 'next'), ap_get(page, 'first'))));
BEGIN
	UPDATE crawl c SET seen = c.seen || hashtextextended(next, 0)
	WHERE c.actor_id = a.id AND next IS NOT NULL
		AND hashtextextended(next, 0) <> ALL (c.seen)
		AND cardinality(c.seen) < least(2000,
			setting('federation.crawl_pages')::int);
	RETURN CASE WHEN FOUND THEN next END;
END $$;

CREATE FUNCTION crawl_end(actor bigint, why text DEFAULT NULL) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	UPDATE crawl SET state = CASE WHEN why IS NULL THEN 'done'
			ELSE 'failed' END, error = left(why, 500),
		updated_at = now()
	WHERE actor_id = actor;
END $$;

-- Job `fetch {what: outbox, actorId, page}`; without a page the outbox itself.
CREATE FUNCTION fetch_outbox(argument jsonb) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	a actor;
	url text := argument ->> 'page';
	got jsonb;
	next text;
BEGIN
	SELECT * INTO a FROM actor x
	WHERE x.id = (argument ->> 'actorId')::bigint AND x.host_id IS NOT NULL;
	url := coalesce(url, ap_own_url(a.document,
		ap_id(ap_get(a.document, 'outbox'))));
	IF url IS NULL THEN
		PERFORM crawl_end(a.id, 'it has no outbox');
		RETURN 'no outbox';
	END IF;
	BEGIN
		got := ap_fetched(url);
	EXCEPTION WHEN SQLSTATE 'AP002' THEN
		PERFORM crawl_end(a.id, SQLERRM);
		RETURN 'given up: ' || SQLERRM;
	END;
	UPDATE crawl SET total = coalesce(total, ap_number(got, 'totalItems'))
	WHERE actor_id = a.id;
	PERFORM crawl_items(a, got);
	next := crawl_next(a, got);
	IF next IS NULL THEN
		PERFORM crawl_end(a.id);
		RETURN 'the last page';
	END IF;
	PERFORM fetch_later(jsonb_build_object('what', 'outbox', 'actorId', a.id,
		'page', next), 'outbox ' || a.id);
	RETURN 'a page';
END $$;

-- Job `fetch {what: outbox_item, actorId, activity}`.
CREATE FUNCTION fetch_outbox_item(argument jsonb) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	actor constant bigint := (argument ->> 'actorId')::bigint;
	activity constant jsonb := argument -> 'activity';
	refused text;
BEGIN
	BEGIN
		IF activity ->> 'type' = 'Announce' THEN
			refused := substring(apply_announce(actor, activity,
				NULL) FROM '^(?:ignored|refused).*');
		ELSE
			PERFORM remote_video(activity ->> 'object');
		END IF;
	EXCEPTION WHEN SQLSTATE 'AP002' THEN
		refused := SQLERRM;
	END;
	UPDATE crawl SET done = done + (refused IS NULL)::int,
		failed = failed + (refused IS NOT NULL)::int,
		updated_at = now() WHERE actor_id = actor;
	RETURN coalesce('refused: ' || refused, 'stored');
END $$;

-- --- what a video's server lists about it ------------------------------------

-- Of one page of a video's `comments` or `shares` the ids that are not ours, 100
-- at most; the page after it, of the same server, becomes a job of its own while
-- there were fewer than `most`. {"what", "videoId", "page" (a URL; absent: the
-- first), "pages" (so many before it)}
CREATE FUNCTION video_collection_page(argument jsonb, list text, most int)
RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	v video;
	page jsonb;
	asked text := argument ->> 'page';
	nr constant int := coalesce((argument ->> 'pages')::int, 0);
	next text;
BEGIN
	SELECT * INTO v FROM video x
	WHERE x.id = (argument ->> 'videoId')::bigint AND x.host_id IS NOT NULL;
	asked := coalesce(asked, ap_id(ap_get(v.document, list)));
	IF asked IS NULL OR ap_host(asked) IS DISTINCT FROM ap_host(v.url) THEN
		PERFORM ap_refuse(format('no %s of its server', list));
	END IF;
	page := ap_fetched(asked);
	IF jsonb_typeof(page -> 'first') = 'string'
			AND ap_host(page ->> 'first') = ap_host(v.url) THEN
		page := ap_fetched(page ->> 'first');
	ELSIF jsonb_typeof(page -> 'first') = 'object' THEN
		page := page -> 'first';
	END IF;
	next := ap_id(page -> 'next');
	IF next <> asked AND ap_host(next) = ap_host(v.url) AND nr + 1 < most
	THEN
		PERFORM fetch_later(jsonb_build_object('what', list, 'videoId',
			v.id, 'page', next, 'pages', nr + 1),
			format('%s %s %s', list, v.id, nr + 1));
	END IF;
	RETURN QUERY SELECT i FROM (SELECT DISTINCT ap_id(e) AS i
		FROM ap_list(coalesce(page -> 'orderedItems', page -> 'items')) e
		LIMIT 100) items
	WHERE ap_host(i) IS NOT NULL AND NOT ap_is_ours(i);
END $$;

-- Job `fetch {what: shares, videoId}`: who shared it before it was known here.
CREATE FUNCTION fetch_shares(argument jsonb) RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
	PERFORM fetch_later(jsonb_build_object('what', 'share', 'videoId',
		(argument ->> 'videoId')::bigint, 'url', i),
		left('share ' || i, 500))
	FROM video_collection_page(argument, 'shares', 10) i
	WHERE NOT EXISTS (SELECT FROM share s WHERE s.url = i);
	RETURN 'page of shares';
END $$;

-- Job `fetch {what: share, videoId, url}`: one Announce, of its actor's own
-- server and about this video.
CREATE FUNCTION fetch_share(argument jsonb) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	got constant jsonb := ap_fetched(argument ->> 'url');
	sharer constant text := ap_id(ap_get(got, 'actor'));
BEGIN
	IF ap_type(got) IS DISTINCT FROM 'Announce'
		OR ap_host(sharer) IS DISTINCT FROM ap_host(got ->> 'id')
		OR ap_id(ap_get(got, 'object')) IS DISTINCT FROM (SELECT v.url
			FROM video v
			WHERE v.id = (argument ->> 'videoId')::bigint) THEN
		PERFORM ap_refuse('no share of that video');
	END IF;
	RETURN apply_announce(remote_actor(sharer), got, NULL);
END $$;

-- Job `fetch {what: counts, actorId}`: how many follow a channel, and whom it
-- follows, as its server says; no less than we know of.
CREATE FUNCTION fetch_counts(argument jsonb) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	a actor;
	told bigint[] := '{}';
	url text;
	key text;
BEGIN
	SELECT * INTO a FROM actor x
	WHERE x.id = (argument ->> 'actorId')::bigint AND x.host_id IS NOT NULL;
	FOREACH key IN ARRAY ARRAY['followers', 'following'] LOOP
		url := ap_own_url(a.document, ap_id(ap_get(a.document, key)));
		told := told || CASE WHEN url IS NOT NULL
			THEN ap_number(ap_fetched(url), 'totalItems') END;
	END LOOP;
	UPDATE actor x SET
		followers = greatest(0, told[1], (SELECT count(*) FROM follow f
			WHERE f.target_id = a.id AND f.state = 'accepted')),
		following = greatest(0, told[2], (SELECT count(*) FROM follow f
			WHERE f.follower_id = a.id AND f.state = 'accepted'))
	WHERE x.id = a.id;
	RETURN 'counted';
END $$;

-- How far it is, for who follows: {done, failed, total}; NULL: nothing is being
-- fetched.
CREATE FUNCTION crawl_document(actor bigint) RETURNS json
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT json_build_object('state', c.state,
			'done', c.done, 'failed', c.failed,
			'total', greatest(c.items, CASE c.state WHEN 'running'
				THEN c.total ELSE 0 END))
		FROM crawl c WHERE c.actor_id = actor);
END $$;

-- What a page tells of whose it is: the name without its host, the host, the
-- page and the document at home; `a` may be ours.
CREATE FUNCTION actor_home(a actor) RETURNS jsonb
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN jsonb_build_object('username', username(a.name),
		'host', handle_host(a.name),
		'isRemote', a.host_id IS NOT NULL,
		'documentUrl', actor_id(a),
		'movedTo', actor_moved(a),
		'pageUrl', CASE WHEN a.host_id IS NULL
			THEN actor_page(a.kind, a.name)
			ELSE coalesce(ap_own_url(a.document,
				ap_id(ap_get(a.document, 'url'))), a.url) END);
END $$;

GRANT SELECT ON crawl TO cardume_page, cardume_api;

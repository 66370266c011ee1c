-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Videos of other servers (federation.md 1.4, 1.5, 1.13): rows beside ours,
-- made from their documents and changed by their origin alone.

-- --- reading a document --------------------------------------------------------

-- The identifier of a category, licence or language: an object, or a bare text.
CREATE FUNCTION ap_identifier(value jsonb) RETURNS text
IMMUTABLE LANGUAGE sql AS $$
	SELECT CASE jsonb_typeof(value) WHEN 'object'
		THEN ap_text(value, 'identifier')
		WHEN 'string' THEN value #>> '{}'
		WHEN 'number' THEN value #>> '{}' END
$$;

CREATE FUNCTION ap_category(document jsonb) RETURNS int
STABLE LANGUAGE sql AS $$
	SELECT c.id FROM category c
	WHERE c.id::text = ap_identifier(ap_get(document, 'category'))
$$;

-- PeerTube's number or SPDX's name.
CREATE FUNCTION ap_licence(document jsonb) RETURNS int
STABLE LANGUAGE sql AS $$
	SELECT l.id FROM (SELECT ap_identifier(ap_get(document, 'licence'))
		AS said) d
	JOIN licence l ON l.id::text = d.said OR l.id = array_position(ARRAY[
		'CC-BY-4.0', 'CC-BY-SA-4.0', 'CC-BY-ND-4.0', 'CC-BY-NC-4.0',
		'CC-BY-NC-SA-4.0', 'CC-BY-NC-ND-4.0', 'CC0'],
		regexp_replace(d.said, '^CC0-1\.0$', 'CC0'))
	LIMIT 1
$$;

CREATE FUNCTION ap_language(document jsonb) RETURNS text
STABLE LANGUAGE sql AS $$
	SELECT l.id FROM language l
	WHERE l.id = ap_identifier(ap_get(document, 'language'))
$$;

-- At most five, without #.
CREATE FUNCTION ap_tags(document jsonb) RETURNS text[]
IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT coalesce((array_agg(name ORDER BY nr))[:5], '{}')
	FROM (SELECT ap_line(ltrim(ap_text(t, 'name'), '#'), 100) AS name,
			min(nr) AS nr
		FROM ap_list(ap_get(document, 'tag')) WITH ORDINALITY l (t, nr)
		WHERE jsonb_typeof(t) = 'object' AND ap_type(t) = 'Hashtag'
			AND nr <= 200
		GROUP BY 1) n
	WHERE char_length(name) BETWEEN 2 AND 30);
END $$;

-- Seconds of PT185S, and of PT1H2M3.5S, which others write.
CREATE FUNCTION ap_duration(document jsonb) RETURNS int
IMMUTABLE LANGUAGE sql AS $$
	SELECT least(2000000000, coalesce(m[1]::numeric, 0) * 86400 +
		coalesce(m[2]::numeric, 0) * 3600 + coalesce(m[3]::numeric, 0) * 60 +
		round(coalesce(m[4]::numeric, 0)))::int
	FROM regexp_match(ap_text(document, 'duration'), '^P(?:([0-9]{1,6})D)?'
		'(?:T(?:([0-9]{1,8})H)?(?:([0-9]{1,8})M)?'
		'(?:([0-9]{1,9}(?:\.[0-9]{1,9})?)S)?)?$') m
$$;

-- 1 everybody, 2 whoever has its address, NULL: not for us.
CREATE FUNCTION ap_privacy(document jsonb) RETURNS int
IMMUTABLE LANGUAGE sql AS $$
	SELECT CASE WHEN ap_names_public(document -> 'to') THEN 1
		WHEN ap_names_public(document -> 'cc') THEN 2 END
$$;

-- 1 comments, 2 none, 3 after approval: in PeerTube's words of now, then of
-- FEP-5624's canReply, then of before 7.0. Who says nothing allows them.
CREATE FUNCTION ap_comments_policy(document jsonb) RETURNS smallint
IMMUTABLE LANGUAGE sql AS $$
	SELECT CASE WHEN ap_number(document, 'commentsPolicy') IN (1, 2, 3)
			THEN ap_number(document, 'commentsPolicy')
		WHEN ap_flag(document, 'commentsEnabled') IS FALSE THEN 2
		WHEN ap_get(document, 'canReply') IS NOT NULL THEN 3
		ELSE 1 END::smallint
$$;

-- Its title on one line; what HTML it has is shown as text.
CREATE FUNCTION ap_title(document jsonb) RETURNS text
IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN ap_line(coalesce(ap_text(document, 'name'),
		ap_text(ap_get(document, 'nameMap'),
			ap_identifier(ap_get(document, 'language')))), 120);
END $$;

-- Text of at least three characters, cut to fit.
CREATE FUNCTION ap_words(document jsonb, key text, most int) RETURNS text
IMMUTABLE LANGUAGE sql AS $$
	SELECT CASE WHEN char_length(said) >= 3 THEN said END
	FROM (SELECT left(btrim(translate(ap_text(document, key),
		E'\x01\x02\x03\x04\x05\x06\x07\x08\x0b\x0c', '')), most)
		AS said) s
$$;

-- What is not told to be something else has been sanitised as HTML before it
-- came here (lib/foreign.h).
CREATE FUNCTION ap_content_is_html(document jsonb) RETURNS boolean
IMMUTABLE LANGUAGE sql AS $$
	SELECT coalesce(ap_text(document, 'mediaType') NOT IN ('text/markdown',
		'text/plain'), true)
$$;

CREATE FUNCTION ap_uuid_of(document jsonb) RETURNS uuid
IMMUTABLE LANGUAGE sql AS $$
	SELECT CASE WHEN said ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
		THEN said::uuid END
	FROM (SELECT coalesce(ap_text(document, 'uuid'),
		ap_text(document, 'identifier'), substring(document ->> 'id'
			FROM '/([0-9a-fA-F-]{36})/?$')) AS said) u
$$;

CREATE FUNCTION ap_aspect_ratio(document jsonb) RETURNS real
IMMUTABLE LANGUAGE sql AS $$
	SELECT CASE WHEN said ~ '^[0-9]{1,4}(\.[0-9]{1,10})?$'
		AND said::numeric BETWEEN 0.001 AND 1000 THEN said::real END
	FROM (SELECT ap_text(document, 'aspectRatio') AS said) a
$$;

-- The state here: published, a live that is waited for (4) or over (5).
CREATE FUNCTION ap_video_state(document jsonb) RETURNS int
IMMUTABLE LANGUAGE sql AS $$
	SELECT CASE WHEN ap_number(document, 'state') IN (4, 5)
		THEN ap_number(document, 'state')::int ELSE 1 END
$$;

-- What is wrong with a document as one of another server's video, or NULL.
CREATE FUNCTION ap_video_wrong(document jsonb) RETURNS text
STABLE LANGUAGE sql AS $$
	SELECT CASE
	WHEN jsonb_typeof(document) IS DISTINCT FROM 'object'
		OR ap_type(document) IS DISTINCT FROM 'Video' THEN 'not a video'
	WHEN ap_host(document ->> 'id') IS NULL THEN 'no id'
	WHEN ap_is_ours(document ->> 'id') THEN 'an id of ours'
	WHEN ap_privacy(document) IS NULL THEN 'not public'
	WHEN char_length(ap_title(document)) >= 3 IS NOT TRUE THEN 'no title'
	WHEN ap_video_state(document) = 1 AND ap_hls_link(document) IS NULL
		AND NOT EXISTS (SELECT FROM ap_file_links(document -> 'url'))
		AND NOT EXISTS (SELECT FROM ap_file_links(document -> 'attachment'))
		THEN 'nothing to play'
	END
$$;

-- --- whose it is ----------------------------------------------------------------

-- The account of its own server that a document names, as a channel; NULL: there
-- is none. For programs without channels: a group of its server comes first.
CREATE FUNCTION remote_person_channel(sent jsonb) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
	entry jsonb;
	url text;
	made bigint;
BEGIN
	FOR entry IN SELECT e FROM ap_list(ap_get(sent, 'attributedTo')) e
		LIMIT 6
	LOOP
		url := ap_own_url(sent, ap_id(entry));
		CONTINUE WHEN url IS NULL OR (jsonb_typeof(entry) = 'object'
			AND ap_actor_kind(entry) IS DISTINCT FROM 'Person');
		made := person_channel_write(remote_actor(url));
		IF made IS NOT NULL THEN
			RETURN made;
		END IF;
	END LOOP;
	RETURN NULL;
END $$;

-- The channel of a document: the first group of its own server that is a
-- channel here, of attributedTo and audience (PeerTube 8 names both by their
-- URLs alone, so that each is looked at); without one its account. Refuses where
-- there is none.
CREATE FUNCTION remote_channel(sent jsonb) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
	entry jsonb;
	url text;
	actor bigint;
	found bigint;
BEGIN
	FOR entry IN SELECT e FROM (
		SELECT e, 1 AS place, nr FROM ap_list(ap_get(sent, 'attributedTo'))
			WITH ORDINALITY a (e, nr)
		UNION ALL SELECT e, 2, nr FROM ap_list(ap_get(sent, 'audience'))
			WITH ORDINALITY b (e, nr)) named
		ORDER BY (jsonb_typeof(e) = 'object' AND ap_type(e) = 'Group')
			DESC, place, nr DESC LIMIT 6
	LOOP
		url := ap_own_url(sent, ap_id(entry));
		CONTINUE WHEN url IS NULL OR (jsonb_typeof(entry) = 'object'
			AND ap_type(entry) = 'Person');
		actor := remote_actor(url);
		found := (SELECT c.id FROM channel c WHERE c.actor_id = actor
			AND c.actor_kind = 'Group');
		IF found IS NOT NULL THEN
			RETURN found;
		END IF;
	END LOOP;
	found := remote_person_channel(sent);
	IF found IS NULL THEN
		PERFORM ap_refuse('no channel of its own server has it: ' ||
			left(sent ->> 'id', 200));
	END IF;
	RETURN found;
END $$;

-- May this actor speak for what is in a channel of server `host`: the channel,
-- its account, or that server's own actor?
CREATE FUNCTION channel_speaks(channel bigint, host bigint, actor bigint)
RETURNS boolean STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN EXISTS (SELECT FROM channel c JOIN account o ON o.id = c.account_id
		WHERE c.id = channel_speaks.channel
			AND channel_speaks.actor IN (c.actor_id, o.actor_id))
		OR EXISTS (SELECT FROM actor a WHERE a.id = channel_speaks.actor
			AND a.kind = 'Application' AND a.host_id = host);
END $$;

-- --- storing --------------------------------------------------------------------

-- A place for a new one. Its UUID is its origin's, unless another video has it
-- (a server that says so of another's): then it gets one of its own.
CREATE FUNCTION remote_video_new(sent jsonb, channel bigint) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
	theirs uuid := ap_uuid_of(sent);
	made bigint;
BEGIN
	IF theirs IS NULL OR EXISTS (SELECT FROM video v WHERE v.uuid = theirs)
	THEN
		theirs := gen_random_uuid();
	END IF;
	INSERT INTO video (uuid, channel_id, host_id, url, document, name,
		privacy, state, files_are_public, wait_transcoding)
	VALUES (theirs, channel, host_write(ap_host(sent ->> 'id')), sent ->> 'id',
		'{}', ap_title(sent), ap_privacy(sent), 5, true, false)
	RETURNING id INTO made;
	RETURN made;
END $$;

CREATE FUNCTION remote_video_write(video bigint, sent jsonb, channel bigint)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	sensitive constant boolean := coalesce(ap_flag(sent, 'sensitive'), false);
	published constant timestamptz := least(now(),
		coalesce(ap_time(sent, 'published'), now()));
BEGIN
	UPDATE video v SET channel_id = channel, document = sent,
		refreshed_at = now(), name = ap_title(sent),
		description = ap_words(sent, 'content', 10000),
		description_is_html = ap_content_is_html(sent),
		support = ap_words(sent, 'support', 1000),
		category_id = ap_category(sent), licence_id = ap_licence(sent),
		language_id = ap_language(sent), tags = ap_tags(sent),
		privacy = ap_privacy(sent), state = ap_video_state(sent),
		is_live = coalesce(ap_flag(sent, 'isLiveBroadcast'), false),
		nsfw = sensitive, nsfw_summary = CASE WHEN sensitive
			THEN left(ap_text(sent, 'summary'), 250) END,
		comments_policy = ap_comments_policy(sent),
		download_enabled = coalesce(ap_flag(sent, 'downloadEnabled'), true),
		duration = coalesce(ap_duration(sent), 0),
		aspect_ratio = coalesce(ap_aspect_ratio(sent), v.aspect_ratio),
		views = greatest(0, coalesce(ap_number(sent, 'views'), v.views)),
		likes = greatest(0, coalesce(
			ap_number(ap_get(sent, 'likes'), 'totalItems'), v.likes)),
		dislikes = greatest(0, coalesce(
			ap_number(ap_get(sent, 'dislikes'), 'totalItems'),
			v.dislikes)),
		created_at = published, published_at = published,
		updated_at = greatest(published, ap_time(sent, 'updated')),
		originally_published_at = ap_time(sent, 'originallyPublishedAt')
	WHERE v.id = video;
END $$;

-- What happened to it before it was known here: who shared it and what was
-- written is read from its server's lists, where it has any (84-crawl.sql).
CREATE FUNCTION remote_lists_later(video bigint) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	PERFORM fetch_later(jsonb_build_object('what', l.list, 'videoId', v.id),
		l.list || ' ' || v.id)
	FROM video v CROSS JOIN unnest(ARRAY['comments', 'shares']) l (list)
	WHERE v.id = video AND ap_host(ap_id(ap_get(v.document, l.list)))
		= ap_host(v.url);
END $$;

-- Stores a video as its origin describes it (the caller has the document from
-- there, or from who speaks for it) and returns its row's id. May want more
-- documents.
CREATE FUNCTION video_store(sent jsonb) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	place constant text := sent ->> 'id';
	wrong constant text := ap_video_wrong(sent);
	channel bigint;
	old video;
	stored bigint;
BEGIN
	IF wrong IS NOT NULL THEN
		PERFORM ap_refuse(format('%s: %s', left(place, 200), wrong));
	END IF;
	channel := remote_channel(sent);
	PERFORM pg_advisory_xact_lock(hashtextextended('video ' || place, 0));
	SELECT * INTO old FROM video v WHERE v.url = place
	FOR NO KEY UPDATE;
	stored := coalesce(old.id, remote_video_new(sent, channel));
	IF old.id IS NULL OR (old.document -> 'url', old.document -> 'attachment')
		IS DISTINCT FROM (sent -> 'url', sent -> 'attachment') THEN
		PERFORM remote_files_write(stored, sent);
	END IF;
	IF old.document -> 'subtitleLanguage'
		IS DISTINCT FROM sent -> 'subtitleLanguage' THEN
		PERFORM remote_captions_write(stored, sent);
	END IF;
	IF old.id IS NULL OR ap_icon(old.document) IS DISTINCT FROM ap_icon(sent)
	THEN
		PERFORM remote_icon_write(stored, sent);
	END IF;
	PERFORM remote_storyboard_write(stored, sent);
	PERFORM remote_video_write(stored, sent, channel);
	PERFORM fetch_later(jsonb_build_object('what', 'video_parts', 'videoId',
		stored), 'video_parts ' || stored);
	IF old.id IS NULL THEN
		PERFORM remote_lists_later(stored);
	END IF;
	RETURN stored;
END $$;

-- Its origin has taken it away.
CREATE FUNCTION remote_video_remove(wanted bigint) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM video v WHERE v.id = wanted AND v.host_id IS NOT NULL;
END $$;

-- --- finding --------------------------------------------------------------------

-- One of ours by its id or the address of its page, or NULL.
CREATE FUNCTION our_video(url text) RETURNS bigint
STABLE LANGUAGE plpgsql AS $$
DECLARE
	-- no regular expression: see ap_host()
	part constant text[] := string_to_array(rtrim(url, '/'), '/');
	named constant text := CASE WHEN part[4] = 'w' THEN part[5]
		WHEN part[4] = 'videos' AND part[5] IN ('watch', 'embed')
		THEN part[6] END;
BEGIN
	IF named IS NULL OR NOT ap_is_ours(url)
			OR cardinality(part) <> (CASE part[4] WHEN 'w' THEN 5
				ELSE 6 END) THEN
		RETURN NULL;
	ELSIF translate(named, 'abcdefABCDEF123456789', repeat('0', 21))
			= '00000000-0000-0000-0000-000000000000' THEN
		RETURN (SELECT v.id FROM video v
			WHERE v.uuid = named::uuid AND v.host_id IS NULL);
	END IF;
	RETURN (SELECT v.id FROM video v
		WHERE v.short_uuid = named AND v.host_id IS NULL);
END $$;

-- A video we have, whoever's it is; NULL where we do not.
CREATE FUNCTION known_video(wanted text) RETURNS bigint
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN CASE WHEN ap_is_ours(wanted) THEN our_video(wanted)
		ELSE (SELECT v.id FROM video v WHERE v.url = wanted) END;
END $$;

-- Any video by its id, ours too; fetched and stored where it is new. What we
-- know for more than two days is taken as it is and asked for again later.
CREATE FUNCTION remote_video(wanted text) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
	known bigint := known_video(wanted);
	got jsonb;
BEGIN
	IF known IS NOT NULL THEN
		PERFORM fetch_later(jsonb_build_object('what', 'video', 'url',
			v.url), 'video ' || v.id)
		FROM video v WHERE v.id = known AND v.host_id IS NOT NULL
			AND v.refreshed_at < now() - interval '2 days';
		RETURN known;
	END IF;
	-- refuses what is ours
	got := ap_fetched(wanted);
	IF got IS NULL THEN
		PERFORM ap_refuse('no longer there: ' || left(wanted, 200));
	END IF;
	-- an address that only leads to it: its page
	known := known_video(got ->> 'id');
	RETURN coalesce(known, video_store(got));
END $$;

-- --- what job `fetch` does --------------------------------------------------------

-- {url}: a video, again where we have it. What its origin no longer has, or no
-- longer shows to everybody, is taken away.
CREATE FUNCTION fetch_video(argument jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	url constant text := argument ->> 'url';
	known constant bigint := known_video(url);
	got jsonb;
BEGIN
	IF ap_is_ours(url) THEN
		RETURN 'ignored: ours';
	END IF;
	-- so that one that cannot be had is not asked for all the time
	UPDATE video v SET refreshed_at = now() WHERE v.id = known;
	got := ap_fetched(url, interval '1 minute');
	IF known IS NULL THEN
		PERFORM remote_video(url);
		RETURN 'stored';
	ELSIF got IS NULL OR (got ->> 'id' = url AND ap_type(got) = 'Tombstone')
		OR (got ->> 'id' = url AND ap_privacy(got) IS NULL) THEN
		PERFORM remote_video_remove(known);
		RETURN 'removed';
	END IF;
	PERFORM remote_lists_later(video_store(got));
	RETURN 'refreshed';
END $$;

-- What is not in a document itself; NULL where it cannot be had.
CREATE FUNCTION ap_part(sent jsonb, key text) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
	part constant jsonb := ap_get(sent, key);
	url constant text := ap_own_url(sent, ap_id(part));
BEGIN
	IF jsonb_typeof(part) = 'object' THEN
		RETURN part;
	ELSIF url IS NULL THEN
		RETURN NULL;
	END IF;
	RETURN ap_fetched(url);
EXCEPTION WHEN SQLSTATE 'AP002' OR SQLSTATE 'AP003' THEN
	RETURN NULL;
END $$;

CREATE FUNCTION remote_chapters_write(video bigint, chapters jsonb)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM video_chapter c WHERE c.video_id = video;
	INSERT INTO video_chapter (video_id, timecode, title)
	SELECT video, s.start, s.title
	FROM (SELECT ap_number(c, 'startOffset') AS start,
			ap_line(ap_text(c, 'name'), 100) AS title
		FROM ap_list(ap_get(chapters, 'hasPart')) c
		WHERE jsonb_typeof(c) = 'object' LIMIT 1000) s
	WHERE s.title IS NOT NULL AND s.start BETWEEN 0 AND 2000000000
	ON CONFLICT DO NOTHING;
END $$;

-- {videoId}: how many like it, and its chapters.
CREATE FUNCTION fetch_video_parts(argument jsonb) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	v video;
	liked bigint;
	disliked bigint;
	chapters jsonb;
BEGIN
	SELECT * INTO v FROM video x
	WHERE x.id = (argument ->> 'videoId')::bigint AND x.host_id IS NOT NULL;
	IF v.id IS NULL THEN
		RETURN 'ignored: gone';
	END IF;
	liked := ap_number(ap_part(v.document, 'likes'), 'totalItems');
	disliked := ap_number(ap_part(v.document, 'dislikes'), 'totalItems');
	chapters := ap_part(v.document, 'hasParts');
	UPDATE video x SET likes = greatest(0, coalesce(liked, x.likes)),
		dislikes = greatest(0, coalesce(disliked, x.dislikes))
	WHERE x.id = v.id;
	PERFORM remote_chapters_write(v.id, chapters) WHERE chapters IS NOT NULL;
	RETURN 'stored';
END $$;

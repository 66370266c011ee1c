-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Playlists of other servers (federation.md 1.7): one channel of the same
-- server has each; their elements are fetched page by page.

CREATE FUNCTION ap_playlist_wrong(document jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN CASE WHEN jsonb_typeof(document) IS DISTINCT FROM 'object'
			OR ap_type(document) IS DISTINCT FROM 'Playlist'
		THEN 'not a playlist'
	WHEN ap_host(document ->> 'id') IS NULL THEN 'no id'
	WHEN ap_is_ours(document ->> 'id') THEN 'an id of ours'
	WHEN ap_privacy(document) IS NULL THEN 'not public'
	WHEN ap_line(ap_text(document, 'name'), 120) IS NULL THEN 'no name'
	WHEN cardinality(ap_ids(ap_get(document, 'attributedTo'))) <> 1
		THEN 'not of one channel' END;
END $$;

CREATE FUNCTION remote_playlist_write(sent jsonb, home channel) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
	stored bigint;
BEGIN
	INSERT INTO playlist AS p (uuid, account_id, channel_id,
		channel_position, privacy, name, description, host_id, url,
		refreshed_at, created_at, updated_at)
	VALUES (CASE WHEN EXISTS (SELECT FROM playlist o
			WHERE o.uuid = ap_uuid_of(sent)) THEN gen_random_uuid()
			ELSE coalesce(ap_uuid_of(sent), gen_random_uuid()) END,
		home.account_id, home.id, (SELECT coalesce(max(
			o.channel_position), 0) + 1 FROM playlist o
			WHERE o.channel_id = home.id),
		ap_privacy(sent), ap_line(ap_text(sent, 'name'), 120),
		ap_words(sent, 'content', 1000), host_write(ap_host(sent ->> 'id')),
		sent ->> 'id', now(),
		least(now(), coalesce(ap_time(sent, 'published'), now())),
		least(now(), coalesce(ap_time(sent, 'updated'), now())))
	ON CONFLICT (url) DO UPDATE SET privacy = EXCLUDED.privacy,
		name = EXCLUDED.name, description = EXCLUDED.description,
		refreshed_at = now(), updated_at = EXCLUDED.updated_at
	RETURNING p.id INTO stored;
	RETURN stored;
END $$;

-- Stores a playlist as its origin describes it and has its elements fetched.
CREATE FUNCTION playlist_store(sent jsonb) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
	place constant text := sent ->> 'id';
	wrong constant text := ap_playlist_wrong(sent);
	owner bigint;
	home channel;
	stored bigint;
BEGIN
	IF wrong IS NOT NULL THEN
		PERFORM ap_refuse(format('%s: %s', left(place, 200), wrong));
	ELSIF ap_own_url(sent, ap_id(ap_get(sent, 'attributedTo'))) IS NULL THEN
		PERFORM ap_refuse('of another server''s channel: ' ||
			left(place, 200));
	END IF;
	owner := remote_actor(ap_id(ap_get(sent, 'attributedTo')));
	SELECT * INTO home FROM channel c WHERE c.actor_id = owner;
	IF home.id IS NULL THEN
		PERFORM ap_refuse('not of a channel: ' || left(place, 200));
	END IF;
	PERFORM pg_advisory_xact_lock(hashtextextended('channel ' || home.id, 0));
	stored := remote_playlist_write(sent, home);
	PERFORM fetch_later(jsonb_build_object('what', 'playlist_page',
		'playlistId', stored, 'url', ap_id(ap_get(sent, 'first')),
		'nr', 1), 'playlist ' || stored)
	WHERE ap_own_url(sent, ap_id(ap_get(sent, 'first'))) IS NOT NULL;
	RETURN stored;
END $$;

-- Any playlist of another server by its id; fetched where it is new.
CREATE FUNCTION remote_playlist(wanted text) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
	known constant bigint := (SELECT p.id FROM playlist p
		WHERE p.url = wanted);
	got jsonb;
BEGIN
	IF known IS NOT NULL THEN
		RETURN known;
	END IF;
	got := ap_fetched(wanted);
	IF got IS NULL THEN
		PERFORM ap_refuse('no longer there: ' || left(wanted, 200));
	END IF;
	RETURN playlist_store(got);
END $$;

-- The video of an element; NULL where it cannot be had.
CREATE FUNCTION playlist_element_video(element jsonb) RETURNS bigint
LANGUAGE plpgsql AS $$
BEGIN
	RETURN remote_video(ap_id(ap_get(element, 'url')));
EXCEPTION WHEN SQLSTATE 'AP002' OR SQLSTATE 'AP003' THEN
	RETURN NULL;
END $$;

CREATE FUNCTION playlist_element_got(list playlist, entry jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	place constant text := ap_id(entry);
	element jsonb;
	video bigint;
BEGIN
	IF ap_host(place) IS DISTINCT FROM ap_host(list.url) THEN
		RETURN;
	END IF;
	element := ap_fetched(place);
	video := playlist_element_video(element);
	INSERT INTO playlist_element (playlist_id, video_id, position, url,
		start_timestamp, stop_timestamp)
	SELECT list.id, video, (SELECT coalesce(max(e.position), 0) + 1
			FROM playlist_element e WHERE e.playlist_id = list.id),
		place, t.start, CASE WHEN t.stop > coalesce(t.start, 0)
			THEN t.stop END
	FROM (SELECT greatest(0, least(2000000000,
				ap_number(element, 'startTimestamp')))::int AS start,
			greatest(0, least(2000000000,
				ap_number(element, 'stopTimestamp')))::int AS stop) t
	WHERE video IS NOT NULL
	ON CONFLICT (url) DO NOTHING;
EXCEPTION WHEN SQLSTATE 'AP002' OR SQLSTATE 'AP003' THEN
	RETURN;
END $$;

-- {playlistId, url, nr}: the elements of one page; the next is a job of its
-- own. The first takes away what was there before.
CREATE FUNCTION fetch_playlist_page(argument jsonb) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	list playlist;
	page jsonb;
	next text;
	nr constant int := (argument ->> 'nr')::int;
BEGIN
	SELECT * INTO list FROM playlist p
	WHERE p.id = (argument ->> 'playlistId')::bigint
		AND p.host_id IS NOT NULL;
	IF list.id IS NULL THEN
		RETURN 'ignored: gone';
	END IF;
	page := ap_fetched(argument ->> 'url', interval '1 minute');
	DELETE FROM playlist_element e WHERE e.playlist_id = list.id AND nr = 1;
	PERFORM playlist_element_got(list, e) FROM (SELECT e
		FROM ap_list(ap_get(page, 'orderedItems')) e LIMIT 20) items;
	next := ap_id(ap_get(page, 'next'));
	IF nr < 50 AND next <> argument ->> 'url'
		AND ap_host(next) = ap_host(list.url) THEN
		PERFORM fetch_later(argument || jsonb_build_object('url', next,
			'nr', nr + 1), format('playlist %s %s', list.id, nr + 1));
	END IF;
	RETURN 'stored';
END $$;

-- --- activities ------------------------------------------------------------------

-- Always as its origin has it: what was sent may be older.
CREATE FUNCTION apply_create_playlist(signer bigint, activity jsonb,
	owner bigint) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	place constant text := ap_id(ap_get(activity, 'object'));
	got jsonb;
BEGIN
	IF NOT is_own_object(signer, place) THEN
		RETURN 'refused: not of its own server';
	END IF;
	got := ap_fetched(place, interval '10 seconds');
	IF got IS NULL THEN
		RETURN 'ignored: not there';
	ELSIF NOT EXISTS (SELECT FROM playlist p WHERE p.url = place)
		AND NOT is_followed_here(video_actors(signer, got)) THEN
		RETURN 'ignored: nobody here follows it';
	END IF;
	PERFORM playlist_store(got);
	RETURN 'stored';
END $$;

CREATE FUNCTION apply_update_playlist(signer bigint, activity jsonb,
	owner bigint) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	list playlist;
BEGIN
	SELECT * INTO list FROM playlist p
	WHERE p.url = ap_id(ap_get(activity, 'object'));
	IF list.id IS NOT NULL AND NOT channel_speaks(list.channel_id,
			list.host_id, signer) THEN
		RETURN 'refused: not its owner';
	END IF;
	RETURN apply_create_playlist(signer, activity, owner);
END $$;

CREATE FUNCTION apply_delete_playlist(signer bigint, activity jsonb,
	owner bigint) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	list playlist;
BEGIN
	SELECT * INTO list FROM playlist p
	WHERE p.url = ap_id(ap_get(activity, 'object'));
	IF list.id IS NULL THEN
		RETURN 'ignored: not known';
	ELSIF NOT channel_speaks(list.channel_id, list.host_id, signer) THEN
		RETURN 'refused: not its owner';
	END IF;
	DELETE FROM playlist p WHERE p.id = list.id;
	RETURN 'deleted';
END $$;

GRANT SELECT, INSERT, UPDATE, DELETE ON playlist, playlist_element
	TO cardume_worker;

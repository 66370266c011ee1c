-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Lists of playlists, and the search for them.

-- Those of an account or a channel, or of everybody; NULL filters let all
-- pass. What is not public is for the owner only. `total` is counted up to
-- 10,000. Planned with its values, so that the sort becomes an index.
CREATE FUNCTION playlist_list(first int, nr int, sort text, kind_wanted int,
	all_of_them boolean DEFAULT false, account bigint DEFAULT NULL,
	channel bigint DEFAULT NULL, words text DEFAULT NULL,
	channels text[] DEFAULT NULL, viewer bigint DEFAULT NULL) RETURNS json
STABLE LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan AS $$
DECLARE
	pattern constant text := '%' || like_text(words) || '%';
	wanted constant bigint[] := CASE WHEN channels IS NOT NULL THEN
		ARRAY(SELECT c.id FROM channel c JOIN actor a
			ON a.id = c.actor_id WHERE a.name = ANY (ARRAY(SELECT
			handle(n) FROM unnest(channels) n)))
		END;
	hidden constant record := muted(viewer);
	ids bigint[];
	total bigint;
BEGIN
	ids := ARRAY(SELECT p.id FROM playlist p
		WHERE (all_of_them OR p.privacy = 1)
			AND (account IS NULL OR p.account_id = account)
			AND (channel IS NULL OR p.channel_id = channel)
			AND (kind_wanted IS NULL OR p.kind = kind_wanted)
			AND (pattern IS NULL OR p.folded LIKE pattern)
			AND (wanted IS NULL OR p.channel_id = ANY (wanted))
			AND p.account_id <> ALL (hidden.accounts)
			AND coalesce(p.host_id, 0) <> ALL (hidden.hosts)
		ORDER BY
			CASE WHEN sort = '-createdAt' THEN p.created_at END DESC,
			CASE WHEN sort = '-updatedAt' THEN p.updated_at END DESC,
			CASE WHEN sort IN ('-name', '-displayName')
				THEN p.name END DESC,
			CASE WHEN sort = '-videoChannelPosition'
				THEN p.channel_position END DESC,
			CASE WHEN sort LIKE '-%' THEN p.id END DESC,
			CASE sort WHEN 'createdAt' THEN p.created_at
				WHEN 'updatedAt' THEN p.updated_at END,
			CASE WHEN sort IN ('name', 'displayName')
				THEN p.name END,
			CASE WHEN sort = 'videoChannelPosition'
				THEN p.channel_position END,
			p.id
		LIMIT nr OFFSET first);
	total := (SELECT count(*) FROM (SELECT FROM playlist p
		WHERE (all_of_them OR p.privacy = 1)
			AND (account IS NULL OR p.account_id = account)
			AND (channel IS NULL OR p.channel_id = channel)
			AND (kind_wanted IS NULL OR p.kind = kind_wanted)
			AND (pattern IS NULL OR p.folded LIKE pattern)
			AND (wanted IS NULL OR p.channel_id = ANY (wanted))
			AND p.account_id <> ALL (hidden.accounts)
			AND coalesce(p.host_id, 0) <> ALL (hidden.hosts)
		LIMIT 10000) counted);
	RETURN listed(total, playlist_items(ids));
END $$;

-- Words as a searched name has them, fit for LIKE; NULL for none.
CREATE FUNCTION like_text(words text) RETURNS text STABLE LANGUAGE sql AS $$
	SELECT regexp_replace(lower(unaccent(nullif(words, ''))), '([\\%_])',
		'\\\1', 'g')
$$;

CREATE FUNCTION account_playlists(name text, viewer bigint, first int, nr int,
	sort text, kind int, words text, channels text[]) RETURNS json
STABLE LANGUAGE plpgsql AS $$
DECLARE
	account constant bigint := account_named(name);
BEGIN
	RETURN playlist_list(first, nr, sort, kind,
		account IS NOT DISTINCT FROM account_of(viewer), account,
		words => words, channels => channels, viewer => viewer);
END $$;

CREATE FUNCTION channel_playlists(name text, viewer bigint, first int, nr int,
	sort text, kind int) RETURNS json STABLE LANGUAGE plpgsql AS $$
DECLARE
	channel constant bigint := channel_named(name);
BEGIN
	RETURN playlist_list(first, nr, sort, kind,
		viewer IS NOT NULL AND (channel_owner(channel) = viewer
			OR channel_has_editor(channel, viewer)),
		channel => channel, viewer => viewer);
END $$;

-- {"VIDEO": [{playlistElementId, ...}]} of the viewer's own playlists.
CREATE FUNCTION playlists_with(viewer bigint, wanted bigint[]) RETURNS json
STABLE LANGUAGE plpgsql AS $$
DECLARE
	owner constant bigint := account_of(viewer);
BEGIN
	RETURN (SELECT json_object_agg(w.id, ARRAY(
		SELECT json_build_object('playlistElementId', e.id,
			'playlistId', p.id, 'playlistDisplayName', p.name,
			'playlistShortUUID', p.short_uuid,
			'startTimestamp', e.start_timestamp,
			'stopTimestamp', e.stop_timestamp)
		FROM playlist p
		JOIN playlist_element e ON e.playlist_id = p.id
		WHERE p.account_id = owner AND e.video_id = w.id
		ORDER BY e.id))
		FROM (SELECT DISTINCT unnest(wanted) AS id) w);
END $$;

-- A search for the address of a playlist finds that, as far as it is known;
-- NULL: it is none.
CREATE FUNCTION playlist_of_address(words text) RETURNS bigint[]
STABLE LANGUAGE plpgsql AS $$
DECLARE
	named text;
	url constant text := (address_read(words)).url;
BEGIN
	IF url IS NOT NULL AND NOT ap_is_ours(url) THEN
		RETURN ARRAY(SELECT t.id FROM address_of_theirs(url) t
			WHERE t.kind = 'playlist');
	ELSIF words IS NULL OR left(words, length(origin()) + 1) <> origin() || '/'
	THEN
		RETURN NULL;
	END IF;
	named := substring(substring(words FROM length(origin()) + 1) FROM
		'^/(?:w/p|videos/watch/playlist|video-playlists(?:/embed)?)/'
		'([0-9A-Za-z-]+)');
	RETURN ARRAY(SELECT p.id FROM playlist p WHERE p.privacy = 1
			AND p.short_uuid = named
		UNION ALL SELECT p.id FROM playlist p WHERE p.privacy = 1
			AND p.uuid = CASE WHEN named ~
			'^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
			THEN named::uuid END);
END $$;

-- The 1,000 newest with the words in their name; where these are few, up to
-- 500 names that are spelt alike. Empty playlists are not found.
CREATE FUNCTION playlists_matching(words text) RETURNS bigint[]
STABLE LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan AS $$
DECLARE
	folded_words constant text := lower(unaccent(words));
	pattern constant text := like_text(words) || '%';
	found bigint[];
BEGIN
	IF char_length(words) < 3 THEN
		RETURN ARRAY(SELECT p.id FROM playlist p
			WHERE p.privacy = 1 AND p.videos > 0
				AND p.folded LIKE pattern
			ORDER BY p.created_at DESC LIMIT 1000);
	END IF;
	found := ARRAY(SELECT p.id FROM playlist p
		WHERE p.privacy = 1 AND p.videos > 0
			AND p.folded LIKE '%' || pattern
		ORDER BY p.created_at DESC LIMIT 1000);
	IF cardinality(found) < 24 THEN
		PERFORM set_config('pg_trgm.word_similarity_threshold', '0.4',
			true);
		found := found || ARRAY(SELECT p.id FROM playlist p
			WHERE p.privacy = 1 AND p.videos > 0
				AND folded_words <% p.folded
				AND p.id <> ALL (found)
			LIMIT 500);
	END IF;
	RETURN found;
END $$;

CREATE FUNCTION playlist_search(first int, nr int, sort text, words text,
	host text, uuids text[], viewer bigint DEFAULT NULL) RETURNS json
STABLE LANGUAGE plpgsql AS $$
DECLARE
	hidden constant record := muted(viewer);
	folded_words constant text := lower(unaccent(coalesce(words, '')));
	found bigint[] := playlist_of_address(words);
	ids bigint[];
BEGIN
	IF host <> our_host() THEN
		RETURN listed(0, NULL);
	ELSIF found IS NOT NULL THEN
		RETURN listed(cardinality(found), playlist_items(found));
	ELSIF words IS NULL AND uuids IS NULL THEN
		RETURN playlist_list(first, nr, CASE sort WHEN 'displayName'
			THEN sort WHEN '-displayName' THEN sort
			WHEN 'createdAt' THEN sort ELSE '-createdAt' END, NULL,
			viewer => viewer);
	ELSIF words IS NOT NULL THEN
		found := playlists_matching(words);
	END IF;
	IF uuids IS NOT NULL THEN
		found := ARRAY(SELECT p.id FROM playlist p
			WHERE p.privacy = 1 AND (p.short_uuid = ANY (uuids)
				OR p.uuid = ANY (ARRAY(SELECT u::uuid
				FROM unnest(uuids) u WHERE u ~ '^[0-9a-f]{8}'
				'(-[0-9a-f]{4}){3}-[0-9a-f]{12}$')))
				AND (words IS NULL OR p.id = ANY (found)));
	END IF;
	found := ARRAY(SELECT p.id
		FROM unnest(found) WITH ORDINALITY k (id, place)
		JOIN playlist p ON p.id = k.id
		WHERE p.account_id <> ALL (hidden.accounts)
			AND coalesce(p.host_id, 0) <> ALL (hidden.hosts)
		ORDER BY k.place);
	ids := ARRAY(SELECT p.id
		FROM unnest(found) WITH ORDINALITY k (id, place)
		JOIN playlist p ON p.id = k.id
		ORDER BY
			CASE WHEN sort = '-displayName' THEN p.name END DESC,
			CASE WHEN sort = '-createdAt' THEN p.created_at END DESC,
			CASE WHEN sort = 'displayName' THEN p.name END,
			CASE WHEN sort = 'createdAt' THEN p.created_at END,
			word_similarity(folded_words, p.folded) DESC, k.place
		LIMIT nr OFFSET first);
	RETURN listed(cardinality(found), playlist_items(ids));
END $$;

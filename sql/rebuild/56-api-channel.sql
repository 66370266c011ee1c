-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Which channels a list has, and in which order. At most 10,000 are counted.

CREATE FUNCTION channel_fold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	NEW.folded := lower(unaccent((SELECT a.name FROM actor a
			WHERE a.id = NEW.actor_id)
		|| ' ' || NEW.display_name
		|| ' ' || coalesce(NEW.description, '')));
	RETURN NEW;
END $$;
CREATE TRIGGER channel_fold BEFORE INSERT OR UPDATE OF
	actor_id, display_name, description, folded ON channel
	FOR EACH ROW EXECUTE FUNCTION channel_fold();
-- Those that an upgrade found.
UPDATE channel SET folded = '' WHERE folded = '';

CREATE FUNCTION channels_counted() RETURNS bigint
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT count(*) FROM (SELECT FROM channel
		WHERE actor_kind = 'Group' LIMIT 10000) c);
END $$;

-- {total, data} of channels with these ids.
CREATE FUNCTION channels_listed(total bigint, ids bigint[]) RETURNS json
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN listed(total, (SELECT json_agg((SELECT d.document
			FROM channel_document d WHERE d.id = k.id)
			ORDER BY k.nr)
		FROM unnest(ids) WITH ORDINALITY k (id, nr)));
END $$;

-- All channels, but persons who are one too. Many may have changed at once: the
-- actor's id, which their index has, settles that.
CREATE FUNCTION channel_list(first int, nr int, sort text) RETURNS json
STABLE LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan AS $$
DECLARE
	hidden constant record := muted(NULL);
BEGIN
	RETURN channels_listed(channels_counted(), ARRAY(SELECT c.id
		FROM channel c JOIN actor a ON a.id = c.actor_id
			AND a.kind = 'Group'
		WHERE c.account_id <> ALL (hidden.accounts)
			AND coalesce(a.host_id, 0) <> ALL (hidden.hosts)
		ORDER BY
			CASE WHEN sort IN ('-id', '-createdAt') THEN c.id END
				DESC,
			CASE WHEN sort = '-name' THEN a.name END DESC,
			CASE WHEN sort = '-updatedAt' THEN a.updated_at END
				DESC,
			CASE WHEN sort = '-updatedAt' THEN a.id END DESC,
			CASE WHEN sort = 'name' THEN a.name END,
			CASE WHEN sort = 'updatedAt' THEN a.updated_at END,
			CASE WHEN sort = 'updatedAt' THEN a.id END,
			c.id
		LIMIT nr OFFSET first));
END $$;

-- The first 1,000 of the channels with these words or of these names; those
-- whose name begins with the words before the others.
CREATE FUNCTION channels_matching(first int, nr int, sort text, words text,
	names text[], viewer bigint) RETURNS json
STABLE LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan AS $$
DECLARE
	pattern constant text := '%' || like_text(words) || '%';
	beginning constant text := lower(words);
	named constant text := handle(words);
	hidden constant record := muted(viewer);
	found bigint[] := ARRAY(SELECT c.id FROM channel c
		WHERE (pattern IS NULL OR c.folded LIKE pattern
			OR c.actor_id = (SELECT a.id FROM actor a
				WHERE a.name = named))
		AND (names IS NULL OR c.actor_id = ANY (ARRAY(
			SELECT a.id FROM actor a WHERE a.name = ANY (names))))
		LIMIT 1000);
BEGIN
	found := ARRAY(SELECT c.id FROM channel c JOIN actor a
			ON a.id = c.actor_id
		WHERE c.id = ANY (found)
			AND c.account_id <> ALL (hidden.accounts)
			AND coalesce(a.host_id, 0) <> ALL (hidden.hosts));
	RETURN channels_listed(cardinality(found), ARRAY(SELECT c.id
		FROM channel c JOIN actor a ON a.id = c.actor_id
		WHERE c.id = ANY (found)
		ORDER BY
			CASE WHEN sort IN ('match', '-match') THEN
				strpos(lower(c.display_name), beginning) = 1
				OR strpos(a.name, beginning) = 1 END DESC,
			CASE WHEN sort = 'displayName'
				THEN c.display_name END,
			CASE WHEN sort = '-displayName'
				THEN c.display_name END DESC,
			CASE WHEN sort = '-createdAt' THEN c.id END DESC,
			c.id
		LIMIT nr OFFSET first));
END $$;

-- A search for an address: the channel there, or none.
CREATE FUNCTION channel_at_address(words text) RETURNS json
STABLE LANGUAGE plpgsql AS $$
DECLARE
	asked constant record := address_known(words);
	ids constant bigint[] := ARRAY(SELECT c.id FROM channel c
		JOIN actor a ON a.id = c.actor_id
		WHERE a.id = asked.id OR (asked.kind = 'ours' AND a.name =
			lower(substring(asked.path FROM
			'^/(?:c|video-channels)/([^/?#]+)'))));
BEGIN
	RETURN channels_listed(cardinality(ids), ids);
END $$;

-- A search without words or names has all.
CREATE FUNCTION channel_search(first int, nr int, sort text, words text,
	handles text[], host text, viewer bigint DEFAULT NULL) RETURNS json
STABLE LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan AS $$
DECLARE
	hidden constant record := muted(viewer);
	asked constant record := address_read(words);
BEGIN
	IF num_nonnulls(asked.handle, asked.url) > 0 THEN
		RETURN channel_at_address(words);
	ELSIF host <> our_host() THEN
		RETURN listed(0, '[]');
	ELSIF words IS NOT NULL OR handles IS NOT NULL THEN
		RETURN channels_matching(first, nr, sort, words,
			(SELECT array_agg(handle(h)) FROM unnest(handles) h),
			viewer);
	END IF;
	RETURN channels_listed(channels_counted(), ARRAY(SELECT c.id
		FROM channel c
		WHERE c.account_id <> ALL (hidden.accounts)
			AND NOT EXISTS (SELECT FROM actor a
				WHERE a.id = c.actor_id
					AND a.host_id = ANY (hidden.hosts))
		ORDER BY
			CASE WHEN sort = 'displayName'
				THEN c.display_name END,
			CASE WHEN sort = '-displayName'
				THEN c.display_name END DESC,
			CASE WHEN sort = '-createdAt' THEN c.id END DESC,
			c.id
		LIMIT nr OFFSET first));
END $$;

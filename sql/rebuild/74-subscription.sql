-- SPDX-License-Identifier: AGPL-3.0-or-later
-- The channels an account follows, and what is new in them.

-- The actor of a user.
CREATE FUNCTION actor_of(who bigint) RETURNS bigint
STABLE LANGUAGE sql AS $$
	SELECT actor_id FROM account WHERE user_id = who
$$;

-- The actor that is followed under a name: a channel, or an account elsewhere.
CREATE FUNCTION subscription_target(named text) RETURNS bigint
STABLE LANGUAGE plpgsql AS $$
DECLARE
	elsewhere constant bigint := (SELECT a.id FROM actor a
		WHERE a.name = named AND a.host_id IS NOT NULL);
BEGIN
	RETURN coalesce(elsewhere, (SELECT c.actor_id FROM channel c
		WHERE c.id = channel_named(named)));
END $$;

-- Who has not been heard of is looked for by a job.
CREATE FUNCTION subscription_add(viewer bigint, named text) RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
	IF strpos(named, '@') > 0 AND NOT EXISTS (SELECT FROM actor a
			WHERE a.name = named) THEN
		PERFORM follow_later(actor_of(viewer), 'handle', named);
	ELSE
		PERFORM follow_begin(actor_of(viewer),
			subscription_target(named));
	END IF;
	RETURN '';
END $$;

CREATE FUNCTION subscription_remove(viewer bigint, named text) RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM follow f WHERE f.follower_id = actor_of(viewer)
		AND f.target_id = subscription_target(named);
	IF NOT FOUND THEN
		PERFORM refuse('404', 'Subscription not found.');
	END IF;
	RETURN '';
END $$;

-- The same; it may have ended before.
CREATE FUNCTION subscription_end_write(viewer bigint, named text) RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM follow f WHERE f.follower_id = actor_of(viewer)
		AND f.target_id = subscription_target(named);
	RETURN '';
END $$;

-- Also where the other server has not said yes: it was wanted.
CREATE FUNCTION is_followed(channel_actor bigint, viewer bigint)
RETURNS boolean STABLE LANGUAGE sql AS $$
	SELECT EXISTS (SELECT FROM follow f
		WHERE f.follower_id = actor_of(viewer)
			AND f.target_id = channel_actor
			AND f.state <> 'rejected')
$$;

CREATE FUNCTION subscription_get(viewer bigint, named text) RETURNS json
STABLE LANGUAGE plpgsql AS $$
DECLARE
	channel constant bigint := channel_named(named);
BEGIN
	IF NOT EXISTS (SELECT FROM follow f JOIN channel c
			ON c.actor_id = f.target_id
			WHERE c.id = channel
				AND f.follower_id = actor_of(viewer)) THEN
		PERFORM refuse('404', 'Subscription not found.');
	END IF;
	RETURN (SELECT document FROM channel_document d WHERE d.id = channel);
END $$;

-- {"name@host": true, ...} of names as they were given.
CREATE FUNCTION subscription_exist(viewer bigint, uris text[]) RETURNS json
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT json_object_agg(u.uri, EXISTS (SELECT
		FROM actor a JOIN follow f ON f.target_id = a.id
		JOIN channel c ON c.actor_id = a.id
		WHERE a.name = handle(u.uri)
			AND f.follower_id = actor_of(viewer)
			AND f.state <> 'rejected'))
		FROM (SELECT DISTINCT unnest(uris) AS uri) u);
END $$;

CREATE FUNCTION subscription_list(viewer bigint, first int, nr int, sort text,
	words text) RETURNS json
STABLE LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan AS $$
DECLARE
	ids bigint[];
	found bigint;
BEGIN
	ids := ARRAY(SELECT c.id
		FROM follow f JOIN channel c ON c.actor_id = f.target_id
		JOIN actor a ON a.id = c.actor_id
		WHERE f.follower_id = actor_of(viewer) AND f.state <> 'rejected'
			AND (words IS NULL OR strpos(a.name, lower(words)) > 0
				OR strpos(lower(c.display_name),
					lower(words)) > 0)
		ORDER BY CASE WHEN sort IN ('-createdAt', '-id')
				THEN f.created_at END DESC,
			CASE WHEN sort IN ('createdAt', 'id')
				THEN f.created_at END,
			CASE WHEN sort = '-channelUpdatedAt'
				THEN a.updated_at END DESC,
			CASE WHEN sort = 'channelUpdatedAt'
				THEN a.updated_at END,
			c.id
		LIMIT nr OFFSET first);
	SELECT count(*) INTO found FROM (SELECT
		FROM follow f JOIN channel c ON c.actor_id = f.target_id
		JOIN actor a ON a.id = c.actor_id
		WHERE f.follower_id = actor_of(viewer) AND f.state <> 'rejected'
			AND (words IS NULL OR strpos(a.name, lower(words)) > 0
				OR strpos(lower(c.display_name),
					lower(words)) > 0)
		LIMIT 10000) limited;
	RETURN listed(found, (SELECT json_agg((SELECT d.document
			FROM channel_document d WHERE d.id = k.id)
			ORDER BY k.nr)
		FROM unnest(ids) WITH ORDINALITY k (id, nr)));
END $$;

-- The channels whose videos somebody sees as news: those that are followed, and
-- all of followed accounts elsewhere. (The list of subscriptions has channels
-- alone, as PeerTube's.)
CREATE FUNCTION channels_followed(viewer bigint) RETURNS bigint[]
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN ARRAY(SELECT c.id FROM follow f
		JOIN channel c ON c.actor_id = f.target_id
		WHERE f.follower_id = actor_of(viewer)
			AND f.state = 'accepted'
		UNION
		SELECT c.id FROM follow f
		JOIN account a ON a.actor_id = f.target_id
		JOIN channel c ON c.account_id = a.id
		WHERE f.follower_id = actor_of(viewer)
			AND f.state = 'accepted');
END $$;

-- --- the feed ----------------------------------------------------------------

CREATE FUNCTION feed_token_write(viewer bigint, anew boolean) RETURNS json
LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO feed_token (user_id) VALUES (viewer)
	ON CONFLICT (user_id) DO UPDATE SET token = gen_random_uuid(),
		created_at = now() WHERE anew;
	RETURN (SELECT json_build_object('feedToken', token) FROM feed_token
		WHERE user_id = viewer);
END $$;

-- The subscriptions of an account whose feed's token this is; else 404 or 403.
CREATE FUNCTION feed_subscriber(account bigint, token uuid)
RETURNS TABLE (title text, followed bigint[], viewer bigint) STABLE LANGUAGE plpgsql AS $$
DECLARE
	owner bigint;
	name text;
BEGIN
	SELECT a.user_id, a.display_name INTO owner, name
	FROM account a WHERE a.id = account;
	IF owner IS NULL THEN
		PERFORM refuse('404', 'Account not found');
	ELSIF NOT EXISTS (SELECT FROM feed_token t JOIN app_user u
			ON u.id = t.user_id WHERE t.user_id = owner
				AND t.token = feed_subscriber.token
				AND NOT u.is_blocked) THEN
		PERFORM refuse('403', 'The token is not that of this account');
	END IF;
	RETURN QUERY SELECT xml_text(name), channels_followed(owner), owner;
END $$;

GRANT INSERT, UPDATE, DELETE ON follow TO cardume_api, cardume_page;
GRANT SELECT, INSERT, UPDATE ON feed_token TO cardume_api;
GRANT SELECT ON feed_token TO cardume_page;

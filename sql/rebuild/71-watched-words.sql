-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Watched words, the tags that comments get by them, and what happens to
-- comments with a tag.

-- The server's own account: what its moderators watch for.
CREATE FUNCTION server_account() RETURNS bigint STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT a.id FROM account a
		WHERE a.actor_id = instance_actor());
END $$;

-- The account behind a name, where the viewer may act for it.
CREATE FUNCTION account_managed(named text, viewer bigint) RETURNS bigint
STABLE LANGUAGE plpgsql AS $$
DECLARE
	found constant bigint := account_named(named);
BEGIN
	IF NOT may_act_for(viewer,
			(SELECT user_id FROM account WHERE id = found)) THEN
		PERFORM refuse('403',
			'You cannot manage what belongs to this account.');
	END IF;
	RETURN found;
END $$;

-- --- tags ------------------------------------------------------------------

-- Is the word in the text, not as a part of a longer one? Most words are in no
-- text at all, so that a regular expression is seldom made.
CREATE FUNCTION has_word(lowered text, word text) RETURNS boolean
IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN strpos(lowered, lower(word)) > 0 AND lowered ~
		('(?:^|[^[:alnum:]])' || regexp_replace(lower(word),
			'([^[:alnum:][:space:]])', '\\\1', 'g')
		|| '(?:$|[^[:alnum:]])');
END $$;

-- Does the text lead away from here? A bare name counts with the usual ends.
CREATE FUNCTION has_external_link(words text) RETURNS boolean
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN EXISTS (SELECT FROM regexp_matches(lower(words),
		'(?:https?|ftp)://([^/?#\s]+)'
		|| '|\m([[:alnum:].-]+\.(?:com|net|org|info|biz|edu|gov|shop'
		|| '|name|pro|web|xxx|aero|asia|coop|museum|[a-z]{2}))\M', 'g')
		m (hosts)
		WHERE coalesce(m.hosts[1], m.hosts[2]) <> our_host());
END $$;

-- The tags that an account's words give to a text.
CREATE FUNCTION tags_of(account bigint, words text) RETURNS text[]
STABLE LANGUAGE plpgsql AS $$
DECLARE
	lowered constant text := lower(words);
BEGIN
	RETURN ARRAY(SELECT w.name FROM watched_words w
		WHERE w.account_id = account AND EXISTS (
			SELECT FROM unnest(w.words) word
			WHERE has_word(lowered, word))
		UNION
		SELECT 'external-link' WHERE has_external_link(words));
END $$;

CREATE FUNCTION video_account(v video) RETURNS bigint
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT account_id FROM channel c WHERE c.id = (v).channel_id);
END $$;

-- Whether what the viewer writes about v waits for the owner.
CREATE FUNCTION comment_is_held(v video, viewer bigint, words text)
RETURNS boolean STABLE LANGUAGE plpgsql AS $$
BEGIN
	IF video_may_oversee(v, viewer) THEN
		RETURN false;
	END IF;
	RETURN v.comments_policy = 3 OR EXISTS (SELECT FROM tag_policy p
		WHERE p.account_id = video_account(v)
			AND p.policy = 'review_comment'
			AND p.name = ANY (tags_of(video_account(v), words)));
END $$;

-- What the server and the video's owner see of it.
CREATE FUNCTION comment_tag_write(c comment, v video) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	watchers constant bigint[] := ARRAY[server_account(), video_account(v)];
BEGIN
	IF NOT has_external_link(c.text) AND NOT EXISTS (SELECT
			FROM watched_words w WHERE w.account_id = ANY (watchers))
	THEN
		RETURN;
	END IF;
	INSERT INTO comment_tag (comment_id, account_id, name)
	SELECT c.id, a.id, t.name
	FROM (SELECT DISTINCT id FROM unnest(watchers) id) a
	CROSS JOIN LATERAL unnest(tags_of(a.id, c.text)) t (name)
	ON CONFLICT DO NOTHING;
END $$;

-- The same of a comment that has other words now.
CREATE FUNCTION comment_tag_again_write(c comment, v video) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM comment_tag t WHERE t.comment_id = c.id;
	PERFORM comment_tag_write(c, v);
END $$;

-- An account's words changed: the newest thousand of the comments it looks
-- after are tagged anew, older ones lose what is no longer there.
CREATE FUNCTION comment_retag_write(account bigint) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	ids bigint[];
BEGIN
	IF account = server_account() THEN
		ids := ARRAY(SELECT c.id FROM comment c
			WHERE c.deleted_at IS NULL
			ORDER BY c.created_at DESC, c.id DESC LIMIT 1000);
	ELSE
		ids := ARRAY(SELECT n.id FROM channel h
			CROSS JOIN LATERAL (SELECT c.id, c.created_at
				FROM comment c WHERE c.channel_id = h.id
					AND c.deleted_at IS NULL
				ORDER BY c.created_at DESC, c.id DESC
				LIMIT 1000) n
			WHERE h.account_id = account
			ORDER BY n.created_at DESC, n.id DESC LIMIT 1000);
	END IF;
	DELETE FROM comment_tag t WHERE t.account_id = account
		AND (t.comment_id = ANY (ids) OR (t.name <> 'external-link'
			AND t.name NOT IN (SELECT w.name FROM watched_words w
				WHERE w.account_id = account)));
	INSERT INTO comment_tag (comment_id, account_id, name)
	SELECT c.id, account, t.name
	FROM comment c CROSS JOIN LATERAL unnest(tags_of(account, c.text))
		t (name)
	WHERE c.id = ANY (ids);
END $$;

-- --- lists of words --------------------------------------------------------

CREATE FUNCTION watched_words_list(account bigint, first int, nr int,
	sort text) RETURNS json STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN listed((SELECT count(*) FROM watched_words
			WHERE account_id = account),
		(SELECT json_agg(json_build_object(
			'id', w.id,
			'listName', w.name,
			'words', w.words,
			'subscriptionUrl', NULL,
			'createdAt', iso(w.created_at),
			'updatedAt', iso(w.updated_at)))
		FROM (SELECT * FROM watched_words
			WHERE account_id = account
			ORDER BY CASE sort WHEN '-createdAt'
					THEN created_at
				WHEN '-updatedAt' THEN updated_at END DESC,
				CASE sort WHEN 'createdAt' THEN created_at
				WHEN 'updatedAt' THEN updated_at END,
				CASE sort WHEN '-listName' THEN name END DESC,
				CASE sort WHEN 'listName' THEN name END,
				CASE WHEN sort LIKE '-%' THEN -id ELSE id END
			LIMIT nr OFFSET first) w));
END $$;

-- The words of a body's member, without the white space around them.
CREATE FUNCTION words_checked(sent jsonb) RETURNS text[]
STABLE LANGUAGE plpgsql AS $$
DECLARE
	words text[];
BEGIN
	IF jsonb_typeof(sent) <> 'array' OR jsonb_path_exists(sent,
			'strict $[*] ? (@.type() <> "string")',
			'{}', true) THEN
		PERFORM refuse_field('words', 'words should be texts');
	END IF;
	words := ARRAY(SELECT btrim(w, E' \t\r\n')
		FROM jsonb_array_elements_text(sent) w);
	IF cardinality(words) NOT BETWEEN 1 AND 500 OR EXISTS (
			SELECT FROM unnest(words) w
			WHERE char_length(w) NOT BETWEEN 1 AND 100) THEN
		PERFORM refuse_field('words', 'words should be 1 to 500 words'
			' of 1 to 100 characters');
	END IF;
	RETURN words;
END $$;

-- The name of a list, which no other list of the account has.
CREATE FUNCTION list_name_checked(account bigint, sent text, list bigint)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
	named constant text := btrim(sent, E' \t\r\n');
BEGIN
	IF named = '' THEN
		PERFORM refuse_field('listName',
			'listName should have 1 to 100 characters');
	ELSIF EXISTS (SELECT FROM watched_words w
			WHERE w.account_id = account AND w.name = named
			AND w.id IS DISTINCT FROM list) THEN
		PERFORM refuse('400', 'Watched words list with name ' || named
			|| ' already exists');
	END IF;
	RETURN named;
END $$;

CREATE FUNCTION watched_words_add_write(account bigint, named text,
	words jsonb) RETURNS json LANGUAGE plpgsql AS $$
DECLARE
	made bigint;
BEGIN
	named := list_name_checked(account, named, NULL);
	-- each comment is compared with all of them
	IF (SELECT count(*) FROM watched_words w
			WHERE w.account_id = account) >= 100 THEN
		PERFORM refuse('400', 'A hundred lists are enough.');
	END IF;
	INSERT INTO watched_words (account_id, name, words)
	VALUES (account, named, words_checked(words))
	ON CONFLICT DO NOTHING RETURNING id INTO made;
	IF made IS NULL THEN
		PERFORM refuse('400', 'Watched words list with name ' || named
			|| ' already exists');
	END IF;
	PERFORM comment_retag_write(account);
	RETURN json_build_object('watchedWordsList',
		json_build_object('id', made));
END $$;

-- What was not sent stays; an empty name is one, and refused.
CREATE FUNCTION watched_words_change_write(account bigint, list bigint,
	sent_name jsonb, sent jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	w watched_words;
	named text := sent_name #>> '{}';
BEGIN
	IF jsonb_typeof(sent_name) <> 'string' OR char_length(named) > 100 THEN
		PERFORM refuse_field('listName',
			'listName should have 1 to 100 characters');
	END IF;
	SELECT * INTO w FROM watched_words x
	WHERE x.id = list AND x.account_id = account FOR UPDATE;
	IF w.id IS NULL THEN
		PERFORM refuse('404',
			'Unknown watched words list id for this account');
	END IF;
	named := coalesce(list_name_checked(account, named, list), w.name);
	UPDATE tag_policy p SET name = named
	WHERE p.account_id = account AND p.name = w.name AND p.name <> named;
	UPDATE watched_words x SET name = named, updated_at = now(),
		words = CASE WHEN sent IS NULL THEN x.words
			ELSE words_checked(sent) END
	WHERE x.id = list;
	PERFORM comment_retag_write(account);
END $$;

CREATE FUNCTION watched_words_delete_write(account bigint, list bigint)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	gone text;
BEGIN
	DELETE FROM watched_words w
	WHERE w.id = list AND w.account_id = account RETURNING name INTO gone;
	IF gone IS NULL THEN
		PERFORM refuse('404',
			'Unknown watched words list id for this account');
	END IF;
	DELETE FROM tag_policy p WHERE p.account_id = account
		AND p.name = gone AND gone <> 'external-link';
	PERFORM comment_retag_write(account);
END $$;

-- Lists of others are not followed here: there is nothing to sort or to find.
CREATE FUNCTION watched_words_subscriptions(account bigint, first int, nr int,
	sort text, words text) RETURNS json STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN listed(0, NULL);
END $$;

-- --- policies --------------------------------------------------------------

CREATE FUNCTION tags_available(account bigint) RETURNS json
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN json_build_object('available', (SELECT json_agg(
			json_build_object('name', t.name, 'type', t.kind)
			ORDER BY t.nr, t.name)
		FROM (SELECT w.name, 'watched-words-list' AS kind, 1 AS nr
			FROM watched_words w WHERE w.account_id = account
			UNION ALL
			SELECT 'external-link', 'core', 2) t));
END $$;

CREATE FUNCTION tag_policy_names(account bigint, wanted text) RETURNS json
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT coalesce(json_agg(p.name ORDER BY p.name), '[]')
		FROM tag_policy p
		WHERE p.account_id = account AND p.policy = wanted);
END $$;

-- `sent` is the member `field` of the body: names of tags there are.
CREATE FUNCTION tag_policy_write(account bigint, wanted text, field text,
	sent jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	unknown text;
BEGIN
	IF jsonb_typeof(sent) IS DISTINCT FROM 'array' OR jsonb_path_exists(
			sent, 'strict $[*] ? (@.type() <> "string")',
			'{}', true) THEN
		PERFORM refuse_field(field, 'Should have a valid ' || field ||
			' array');
	END IF;
	SELECT t.name INTO unknown FROM jsonb_array_elements_text(sent) t (name)
	WHERE t.name <> 'external-link' AND NOT EXISTS (
		SELECT FROM watched_words w
		WHERE w.account_id = account AND w.name = t.name) LIMIT 1;
	IF FOUND THEN
		PERFORM refuse('400', left(unknown, 100) ||
			' is not an available automatic tag');
	END IF;
	DELETE FROM tag_policy p
	WHERE p.account_id = account AND p.policy = wanted;
	INSERT INTO tag_policy (account_id, policy, name)
	SELECT DISTINCT account, wanted, t.name
	FROM jsonb_array_elements_text(sent) t (name)
	ON CONFLICT DO NOTHING;
END $$;

GRANT SELECT ON watched_words, tag_policy TO cardume_page;
GRANT SELECT, INSERT, UPDATE, DELETE ON watched_words, tag_policy
	TO cardume_api;
GRANT SELECT, INSERT, DELETE ON comment_tag TO cardume_api, cardume_page;

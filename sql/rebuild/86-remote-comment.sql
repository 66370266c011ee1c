-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Comments of other servers: on our videos, and on theirs that we know. A
-- comment is what answers a video or another comment, whatever program wrote
-- it; anything else that comes is not for us.

-- The id of a comment known by its URL, ours or another's.
CREATE FUNCTION comment_at(address text) RETURNS bigint
STABLE LANGUAGE plpgsql AS $$
DECLARE
	m text[];
BEGIN
	IF NOT ap_is_ours(address) THEN
		RETURN (SELECT c.id FROM comment c WHERE c.url = address);
	END IF;
	m := regexp_match(substr(address, length(origin()) + 1),
		'^/videos/watch/([0-9a-f-]{36})/comments/([0-9]{1,18})$');
	RETURN (SELECT c.id FROM comment c JOIN video v ON v.id = c.video_id
		WHERE c.id = m[2]::bigint AND v.uuid::text = m[1]
			AND c.url IS NULL);
END $$;

-- --- what it says ------------------------------------------------------------

-- Its words; HTML has been sanitised by the worker. NULL: none, so that it is a
-- vote in a poll, a boost or a picture without words.
CREATE FUNCTION note_text(note jsonb) RETURNS text
IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
	words text := ap_text(note, 'content');
BEGIN
	IF words IS NULL AND jsonb_typeof(note -> 'contentMap') = 'object' THEN
		words := (SELECT value #>> '{}'
			FROM jsonb_each(note -> 'contentMap')
			WHERE jsonb_typeof(value) = 'string' LIMIT 1);
	END IF;
	RETURN nullif(btrim(left(words, 10000), E' \t\r\n'), '');
END $$;

CREATE FUNCTION note_is_html(note jsonb) RETURNS boolean
IMMUTABLE LANGUAGE sql AS $$
	SELECT coalesce(ap_text(note, 'mediaType'), 'text/html')
		NOT IN ('text/markdown', 'text/plain')
$$;

-- Whom of ours its tags mention; twenty at most.
CREATE FUNCTION note_mentions(note jsonb) RETURNS bigint[]
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN ARRAY(SELECT DISTINCT our_actor(ap_text(t, 'href')) AS id
		FROM (SELECT * FROM ap_list(note -> 'tag') LIMIT 200) tags (t)
		WHERE jsonb_typeof(t) = 'object' AND ap_type(t) = 'Mention'
			AND our_actor(ap_text(t, 'href')) IS NOT NULL LIMIT 20);
END $$;

-- --- may it be here ----------------------------------------------------------

-- Ends where a comment of this account does not belong under that video.
CREATE FUNCTION comment_admit(v video, author account, note jsonb)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	keeper constant bigint := video_owner(v);
BEGIN
	IF v.comments_policy = 2 THEN
		PERFORM ap_refuse('the video takes no comments');
	ELSIF setting('comments.accept_remote') = 'false' THEN
		PERFORM ap_refuse('comments of other servers are not taken');
	ELSIF v.host_id IS NULL AND NOT video_is_fetchable(v) THEN
		PERFORM ap_refuse('the video is not told to other servers');
	ELSIF is_muted(keeper, author.id) THEN
		PERFORM ap_refuse('its author is blocked');
	ELSIF v.comments_policy = 3 AND v.host_id IS NOT NULL
			AND ap_host(ap_id(note -> 'replyApproval'))
				IS DISTINCT FROM ap_host(v.url)
			AND author.id <> (SELECT c.account_id FROM channel c
				WHERE c.id = v.channel_id) THEN
		PERFORM ap_refuse('not approved by the video''s owner');
	END IF;
END $$;

-- --- storing -----------------------------------------------------------------

-- What a Note answers: the video, and the comment or NULL. Comments that are not
-- known are fetched, up to a video that is, or, where it `is_for_us`, any.
CREATE FUNCTION note_place(note jsonb, depth int, is_for_us boolean,
	OUT video bigint, OUT parent bigint) LANGUAGE plpgsql AS $$
DECLARE
	above constant text := ap_id(note -> 'inReplyTo');
	document jsonb;
BEGIN
	IF above IS NULL THEN
		PERFORM ap_refuse('answers nothing');
	END IF;
	video := known_video(above);
	IF video IS NOT NULL THEN
		RETURN;
	END IF;
	parent := comment_at(above);
	IF parent IS NULL THEN
		IF ap_is_ours(above) THEN
			PERFORM ap_refuse('answers what is not there');
		ELSIF depth >= 15 THEN
			PERFORM ap_refuse('answers too deep a thread');
		END IF;
		document := ap_fetched(above);
		IF document IS NULL THEN
			PERFORM ap_refuse('answers what is gone');
		ELSIF ap_type(document) = 'Video' THEN
			IF NOT is_for_us THEN
				PERFORM ap_refuse(
					'answers a video not known here');
			END IF;
			video := remote_video(above);
			RETURN;
		END IF;
		parent := comment_store(document, depth + 1,
			is_for_us => is_for_us);
	END IF;
	SELECT c.video_id INTO video FROM comment c WHERE c.id = parent;
END $$;

-- Stores a Note (or what other programs call one) that is proved to be its
-- author's, or does nothing where it is known; returns comment.id. Ends where it
-- is none for us. `activity`: what brought it, to be forwarded as it came.
-- `is_for_us`: somebody here is mentioned in what answers it.
CREATE FUNCTION comment_store(note jsonb, depth int DEFAULT 0,
	activity text DEFAULT NULL, is_for_us boolean DEFAULT false) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	address constant text := ap_id(note -> 'id');
	writer constant text := ap_id(note -> 'attributedTo');
	words constant text := note_text(note);
	named constant bigint[] := note_mentions(note);
	place record;
	person bigint;
	author account;
	v video;
	made comment;
BEGIN
	IF ap_type(note) NOT IN ('Note', 'Article', 'Page', 'Question') THEN
		PERFORM ap_refuse('no Note');
	ELSIF address IS NULL OR ap_is_ours(address)
			OR ap_host(address) IS DISTINCT FROM ap_host(writer) THEN
		PERFORM ap_refuse('its author is of another server');
	ELSIF NOT ap_is_public(note) THEN
		PERFORM ap_refuse('not public');
	ELSIF words IS NULL THEN
		PERFORM ap_refuse('says nothing');
	END IF;
	SELECT * INTO place FROM note_place(note, depth,
		is_for_us OR cardinality(named) > 0);
	-- In a statement of its own: the next one is to see what it stores.
	person := remote_actor(writer);
	SELECT * INTO author FROM account a WHERE a.actor_id = person;
	IF author.id IS NULL THEN
		PERFORM ap_refuse('its author is no account');
	END IF;
	SELECT * INTO v FROM video x WHERE x.id = place.video;
	PERFORM comment_admit(v, author, note);
	INSERT INTO comment (url, video_id, channel_id, account_id, thread_id,
		in_reply_to_id, text, is_html, held_for_review, activity,
		mentions, created_at, updated_at)
	SELECT address, v.id, v.channel_id, author.id,
		coalesce(p.thread_id, p.id), p.id, words, note_is_html(note),
		v.host_id IS NULL AND comment_is_held(v, NULL, words),
		comment_store.activity, named,
		least(coalesce(ap_time(note, 'published'), now()), now()),
		least(coalesce(ap_time(note, 'updated'),
			ap_time(note, 'published'), now()), now())
	FROM (SELECT) one LEFT JOIN comment p ON p.id = place.parent
	ON CONFLICT (url) DO NOTHING RETURNING * INTO made;
	IF made.id IS NULL THEN
		RETURN comment_at(address);
	END IF;
	PERFORM comment_tag_write(made, v);
	RETURN made.id;
END $$;

-- The comment at a URL, fetched where it is not known.
CREATE FUNCTION remote_comment(address text) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
	found bigint := comment_at(address);
	document jsonb;
BEGIN
	IF found IS NULL THEN
		document := ap_fetched(address);
		IF document IS NULL THEN
			PERFORM ap_refuse('the comment is gone');
		END IF;
		found := comment_store(document);
	END IF;
	RETURN found;
END $$;

-- --- activities --------------------------------------------------------------

-- The activity that is being applied, as it came; NULL where it did not come
-- by itself. The worker sets it.
CREATE FUNCTION activity_body() RETURNS text STABLE LANGUAGE sql AS $$
	SELECT nullif(current_setting('cardume.activity_body', true), '')
$$;

-- Our video's followers get a copy of what its commenters do, as it came.
CREATE FUNCTION comment_forward(wanted bigint, body text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	PERFORM activity_forward(body, v.id, a.host_id)
	FROM comment c JOIN video v ON v.id = c.video_id
	LEFT JOIN account p ON p.id = c.account_id
	LEFT JOIN actor a ON a.id = p.actor_id
	WHERE c.id = wanted AND v.host_id IS NULL AND NOT c.held_for_review
		AND body IS NOT NULL;
END $$;

-- The object of a Create or Update, where it is its sender's own.
CREATE FUNCTION note_of(signer bigint, activity jsonb) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
	sender constant text := (SELECT actor_id(a) FROM actor a
		WHERE a.id = signer);
	object jsonb := (SELECT o FROM ap_list(activity -> 'object') o LIMIT 1);
BEGIN
	IF jsonb_typeof(object) = 'string' THEN
		object := ap_fetched_anew(object #>> '{}');
	END IF;
	IF object IS NULL THEN
		PERFORM ap_refuse('its object is gone');
	ELSIF ap_id(object -> 'attributedTo') IS DISTINCT FROM sender THEN
		PERFORM ap_refuse('its object is another''s');
	END IF;
	RETURN object;
END $$;

CREATE FUNCTION comment_is_of(wanted bigint, actor bigint) RETURNS boolean
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN EXISTS (SELECT FROM comment c JOIN account a ON a.id = c.account_id
		WHERE c.id = wanted AND a.actor_id = actor);
END $$;

CREATE FUNCTION apply_create_note(signer bigint, activity jsonb, owner bigint)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	note constant jsonb := note_of(signer, activity);
	body constant text := activity_body();
	known constant bigint := comment_at(ap_id(note -> 'id'));
BEGIN
	IF known IS NOT NULL AND comment_is_of(known, signer) THEN
		-- whoever was not known there is mentioned in a second one
		UPDATE comment c SET mentions = m.ids
		FROM (SELECT x.mentions || ARRAY(SELECT n FROM unnest(
				note_mentions(note)) n
				WHERE n <> ALL (x.mentions)) AS ids
			FROM comment x WHERE x.id = known) m
		WHERE c.id = known AND c.mentions <> m.ids
			AND cardinality(c.mentions) < 20;
		-- PeerTube sends it again when it has been approved
		PERFORM comment_forward(known, body)
		WHERE ap_id(note -> 'replyApproval') IS NOT NULL;
	END IF;
	IF known IS NOT NULL THEN
		RETURN 'known';
	END IF;
	PERFORM comment_forward(comment_store(note, 0, body), body);
	RETURN 'comment';
END $$;

-- When its author wrote what we have of it.
CREATE FUNCTION comment_edited_at(c comment) RETURNS timestamptz
STABLE LANGUAGE sql AS $$
	SELECT CASE WHEN (c).activity IS NULL THEN (c).updated_at
		ELSE ap_time((c).activity::jsonb -> 'object', 'updated') END
$$;

CREATE FUNCTION apply_update_note(signer bigint, activity jsonb, owner bigint)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	note constant jsonb := note_of(signer, activity);
	words constant text := note_text(note);
	body constant text := activity_body();
	c comment;
	v video;
	author account;
BEGIN
	SELECT * INTO c FROM comment x
	WHERE x.id = comment_at(ap_id(note -> 'id'));
	IF c.id IS NULL THEN
		RETURN apply_create_note(signer, activity, owner);
	ELSIF c.deleted_at IS NOT NULL OR words IS NULL
			OR NOT ap_is_public(note) THEN
		PERFORM ap_refuse('there is nothing to change');
	END IF;
	SELECT * INTO v FROM video x WHERE x.id = c.video_id;
	IF NOT comment_is_of(c.id, signer) THEN
		PERFORM ap_refuse('the comment is another''s');
	ELSIF ap_time(note, 'updated') < comment_edited_at(c) THEN
		-- anybody can send once more what its author has signed
		RETURN 'ignored: older than what we have';
	END IF;
	SELECT * INTO author FROM account a WHERE a.id = c.account_id;
	PERFORM comment_admit(v, author, note);
	-- the same words once more, with an approval, need no other look
	UPDATE comment x SET text = words, is_html = note_is_html(note),
		activity = body, mentions = note_mentions(note),
		updated_at = now(), edited_at =
			CASE WHEN x.text = words THEN x.edited_at ELSE now() END,
		held_for_review = x.held_for_review OR (v.host_id IS NULL
			AND x.text <> words AND comment_is_held(v, NULL, words))
	WHERE x.id = c.id RETURNING * INTO c;
	PERFORM comment_tag_again_write(c, v);
	PERFORM comment_forward(c.id, body);
	RETURN 'comment changed';
END $$;

-- By its author, or by whose video it is about.
CREATE FUNCTION apply_delete_note(signer bigint, activity jsonb, owner bigint)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	named constant text := ap_id(activity -> 'object');
	c comment;
	v video;
BEGIN
	SELECT * INTO c FROM comment x WHERE x.id = comment_at(named);
	IF c.id IS NULL OR c.deleted_at IS NOT NULL THEN
		RETURN 'not here';
	END IF;
	SELECT * INTO v FROM video x WHERE x.id = c.video_id;
	IF NOT comment_is_of(c.id, signer)
		AND NOT (v.host_id IS NOT NULL AND EXISTS (SELECT
			FROM channel h JOIN account a ON a.id = h.account_id
			WHERE h.id = v.channel_id
				AND signer IN (h.actor_id, a.actor_id))) THEN
		PERFORM ap_refuse('the comment is another''s');
	END IF;
	PERFORM comment_forward(c.id, activity_body());
	PERFORM comment_erase_write(ARRAY[c.id]);
	RETURN 'comment deleted';
END $$;

-- What was held is forwarded when it has been approved.
CREATE FUNCTION comment_let_go() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	PERFORM comment_forward(NEW.id, NEW.activity);
	RETURN NULL;
END $$;
CREATE TRIGGER comment_let_go AFTER UPDATE OF held_for_review ON comment
	FOR EACH ROW WHEN (OLD.held_for_review AND NOT NEW.held_for_review
		AND NEW.activity IS NOT NULL AND NEW.deleted_at IS NULL)
	EXECUTE FUNCTION comment_let_go();

-- --- all comments of a video of another server -------------------------------

-- One page of its collection: each comment becomes a job, the next page too.
-- {"videoId", "page" (a URL; absent: the first), "pages" (so many before it)}
CREATE FUNCTION fetch_comments(argument jsonb) RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
	PERFORM fetch_later(jsonb_build_object('what', 'comment', 'url', i),
		left('comment ' || i, 500))
	FROM video_collection_page(argument, 'comments', 50) i
	WHERE comment_at(i) IS NULL;
	RETURN 'page of comments';
END $$;

CREATE FUNCTION fetch_comment(argument jsonb) RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
	RETURN 'comment ' || remote_comment(argument ->> 'url');
END $$;

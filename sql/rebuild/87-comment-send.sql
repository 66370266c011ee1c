-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Comments of ours as Notes (federation.md 1.7 to 1.10, 1.14): who gets them,
-- and what the owners of videos decide about them. The words are Markdown,
-- which nobody else shows: a Note leaves here with them as its `source` and
-- without its `content`, which lib/note.h makes of them on the way out.

-- Notes and what is said about them.
CREATE FUNCTION ap_context_comment() RETURNS json IMMUTABLE LANGUAGE sql AS $$
	SELECT '
	["https://www.w3.org/ns/activitystreams",
	"https://w3id.org/security/v1",
	{"RsaSignature2017":"https://w3id.org/security#RsaSignature2017"},
	{"pt":"https://joinpeertube.org/ns#","sc":"http://schema.org/",
	"replyApproval":"pt:replyApproval","ApproveReply":"pt:ApproveReply",
	"RejectReply":"pt:RejectReply"}]'::json
$$;

-- --- who it is about ---------------------------------------------------------

-- The handles behind @name and @name@host in a text; twenty at most.
CREATE FUNCTION handles_mentioned(words text) RETURNS text[]
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN ARRAY(SELECT DISTINCT handle(rtrim(m[1], '.:-')) AS name
		FROM regexp_matches(words, '(?:^|[^[:alnum:]_@/.])@([a-z0-9]'
			'[a-z0-9_.-]*(?:@[a-z0-9][a-z0-9.:-]*)?)', 'gi') m
		LIMIT 20);
END $$;

-- Those of them that are known here.
CREATE FUNCTION actors_mentioned(words text) RETURNS bigint[]
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN ARRAY(SELECT a.id FROM unnest(handles_mentioned(words)) w (name)
		JOIN actor a ON a.name = w.name WHERE a.gone_at IS NULL);
END $$;

-- Who wrote what a comment answers, upwards, and whom it mentions; not itself.
CREATE FUNCTION comment_people(c comment, author bigint) RETURNS bigint[]
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN ARRAY(WITH RECURSIVE above AS (
		SELECT p.account_id, p.in_reply_to_id, 1 AS depth
		FROM comment p WHERE p.id = c.in_reply_to_id
		UNION ALL
		SELECT p.account_id, p.in_reply_to_id, depth + 1
		FROM above u JOIN comment p ON p.id = u.in_reply_to_id
		WHERE depth < 100
	)
	SELECT a.actor_id FROM above u JOIN account a ON a.id = u.account_id
	WHERE a.actor_id <> author
	UNION
	SELECT m.id FROM unnest(actors_mentioned(c.text)) m (id)
	WHERE m.id <> author);
END $$;

CREATE FUNCTION ap_mentions(people bigint[]) RETURNS json
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN coalesce((SELECT json_agg(json_build_object('type', 'Mention',
		'href', actor_id(a), 'name', '@' || username(a.name) || '@' ||
			handle_host(a.name)) ORDER BY a.id)
		FROM actor a WHERE a.id = ANY (people)), '[]');
END $$;

-- Who gets what `author` does with a comment. A video's own server forwards it
-- to whomever else it concerns.
CREATE FUNCTION comment_targets(c comment, v video, author bigint)
RETURNS bigint[] STABLE LANGUAGE plpgsql AS $$
DECLARE
	sharers constant bigint[] := video_sharers(v);
BEGIN
	RETURN comment_people(c, author) || CASE WHEN v.host_id IS NULL
		THEN remote_followers(author || sharers)
		ELSE sharers[1] || remote_followers(ARRAY[author]) END;
END $$;

CREATE FUNCTION comment_cc(c comment, v video, author actor) RETURNS json
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT json_agg(u.url ORDER BY u.nr) FROM (
		SELECT actor_id(author) || '/followers' AS url, 0 AS nr
		UNION ALL
		SELECT actor_id(a), CASE a.id WHEN (video_sharers(v))[1] THEN 1
			WHEN (video_sharers(v))[2] THEN 2 ELSE 3 END
		FROM actor a WHERE a.id = ANY (comment_people(c, author.id)
			|| (video_sharers(v))[:2])) u);
END $$;

-- --- documents ---------------------------------------------------------------

-- Where a comment is found here, also one of another server.
CREATE FUNCTION comment_place(c comment, v video) RETURNS text
STABLE LANGUAGE sql AS $$
	SELECT origin() || '/videos/watch/' || (v).uuid || '/comments/' || (c).id
$$;

-- The video or comment that it answers.
CREATE FUNCTION comment_answers(c comment, v video) RETURNS text
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN coalesce((SELECT comment_url(p, v.uuid) FROM comment p
		WHERE p.id = c.in_reply_to_id), video_url(v));
END $$;

-- Ours, and told to other servers. That a video's server lets it wait is
-- decided there.
CREATE FUNCTION comment_is_sent(c comment, v video) RETURNS boolean
STABLE LANGUAGE sql AS $$
	SELECT (c).url IS NULL AND ((v).host_id IS NOT NULL
		OR (video_is_fetchable(v) AND NOT (c).held_for_review))
$$;

CREATE FUNCTION ap_note(c comment, v video, author actor) RETURNS json
STABLE LANGUAGE plpgsql AS $$
DECLARE
	id constant text := comment_place(c, v);
BEGIN
	RETURN json_build_object('to', json_build_array(ap_public()),
		'cc', comment_cc(c, v, author), 'type', 'Note', 'id', id,
		'content', NULL, 'mediaType', 'text/html',
		'source', json_build_object('content', c.text,
			'mediaType', 'text/markdown'),
		'inReplyTo', comment_answers(c, v),
		'updated', iso(coalesce(c.edited_at, c.created_at)),
		'published', iso(c.created_at), 'url', id,
		'attributedTo', actor_id(author),
		'replyApproval', CASE WHEN v.host_id IS NOT NULL
			THEN c.reply_approval WHEN v.comments_policy = 3
			THEN id || '/approve-reply' END,
		'tag', ap_mentions(comment_people(c, author.id)));
END $$;

CREATE FUNCTION ap_note_create(c comment, v video, author actor) RETURNS json
STABLE LANGUAGE plpgsql AS $$
DECLARE
	note constant json := ap_note(c, v, author);
BEGIN
	RETURN json_build_object('to', note -> 'to', 'cc', note -> 'cc',
		'type', 'Create', 'id', (note ->> 'id') || '/activity',
		'actor', note -> 'attributedTo', 'object', note);
END $$;

CREATE FUNCTION ap_note_update(c comment, v video, author actor) RETURNS json
STABLE LANGUAGE plpgsql AS $$
DECLARE
	note constant json := ap_note(c, v, author);
BEGIN
	RETURN json_build_object('to', note -> 'to', 'cc', note -> 'cc',
		'type', 'Update', 'id', (note ->> 'id') || '/updates/' ||
			iso(clock_timestamp()),
		'actor', note -> 'attributedTo', 'object', note);
END $$;

-- That the owner of our video lets an answer stand, or not.
CREATE FUNCTION ap_reply_decided(c comment, v video, decided text)
RETURNS json STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN json_build_object('type', decided,
		'id', comment_place(c, v) || CASE decided WHEN 'ApproveReply'
			THEN '/approve-reply' ELSE '/reject-reply' END,
		'actor', (SELECT actor_id(a) FROM actor a
			WHERE a.id = (video_sharers(v))[1]),
		'inReplyTo', comment_answers(c, v),
		'object', comment_url(c, v.uuid));
END $$;

CREATE FUNCTION ap_approval_found(video uuid, wanted bigint) RETURNS text
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT ap_document(ap_context_comment(),
			json_members(ap_reply_decided(c, v, 'ApproveReply')))
	FROM comment c JOIN video v ON v.id = c.video_id
	WHERE c.id = wanted AND v.uuid = video AND video_is_fetchable(v)
		AND comment_is_told(c));
END $$;

-- What is behind a comment's id here: `document`, where it `is_gone` a
-- Tombstone; or `elsewhere`, of another server's its own id.
CREATE FUNCTION ap_note_found(video uuid, wanted bigint, as_activity boolean)
RETURNS TABLE (document text, is_gone boolean, elsewhere text)
STABLE LANGUAGE plpgsql AS $$
DECLARE
	c comment;
	v video;
	author actor;
BEGIN
	SELECT * INTO c FROM comment x WHERE x.id = wanted;
	SELECT * INTO v FROM video x WHERE x.id = c.video_id;
	SELECT a.* INTO author FROM account o JOIN actor a ON a.id = o.actor_id
	WHERE o.id = c.account_id;
	IF v.uuid IS DISTINCT FROM video THEN
		RETURN;
	ELSIF c.url IS NOT NULL THEN
		RETURN QUERY SELECT NULL, false, c.url
		WHERE NOT c.held_for_review
			AND (v.host_id IS NOT NULL OR video_is_fetchable(v));
	ELSIF NOT comment_is_sent(c, v) THEN
		RETURN;
	ELSIF c.deleted_at IS NOT NULL THEN
		RETURN QUERY SELECT ap_document(ap_context_comment(),
			json_members(json_build_object(
			'id', comment_place(c, v), 'type', 'Tombstone',
			'formerType', 'Note', 'inReplyTo', comment_answers(c, v),
			'published', iso(c.created_at),
			'updated', iso(c.updated_at),
			'deleted', iso(c.deleted_at)))), true, NULL;
	ELSE
		RETURN QUERY SELECT ap_document(ap_context_comment(),
			json_members(CASE WHEN as_activity
				THEN ap_note_create(c, v, author)
				ELSE ap_note(c, v, author) END)), false, NULL;
	END IF;
END $$;

-- --- sending -----------------------------------------------------------------

-- What a later word about a comment takes the place of, where it waits still.
-- One that was changed is the last thing that was sent about it: the Create
-- before is for those who know of no changes.
CREATE FUNCTION comment_subject(c comment) RETURNS text
IMMUTABLE LANGUAGE sql AS $$
	SELECT CASE WHEN (c).edited_at IS NULL THEN 'comment '
		ELSE 'comment again ' END || (c).id
$$;

-- A Create, also when it was sent before and is approved now: `first`; after
-- it, of one that was changed, an Update. To everybody whom it concerns and to
-- `more`, or to these alone.
CREATE FUNCTION comment_tell(c comment, first boolean, more bigint[],
	alone boolean DEFAULT false) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	v video;
	author actor;
	targets bigint[] := more;
BEGIN
	SELECT * INTO v FROM video x WHERE x.id = c.video_id;
	SELECT a.* INTO author FROM account o JOIN actor a ON a.id = o.actor_id
	WHERE o.id = c.account_id;
	IF NOT comment_is_sent(c, v) THEN
		RETURN;
	ELSIF NOT alone THEN
		targets := targets || comment_targets(c, v, author.id);
		PERFORM mention_later(c);
	END IF;
	PERFORM activity_send(author.id, ap_document(ap_context_comment(),
			json_members(ap_note_create(c, v, author)))::json,
		targets, 'comment ' || c.id, proof => true) WHERE first;
	PERFORM activity_send(author.id, ap_document(ap_context_comment(),
			json_members(ap_note_update(c, v, author)))::json,
		targets, comment_subject(c), proof => true)
	WHERE c.edited_at IS NOT NULL;
END $$;

-- Who is named as of another server and not known here is looked for: five at
-- most.
CREATE FUNCTION mention_later(c comment) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	PERFORM fetch_later(jsonb_build_object('what', 'mention',
		'commentId', c.id, 'handle', w.name),
		format('mention %s %s', c.id, md5(w.name)))
	FROM (SELECT n AS name FROM unnest(handles_mentioned(c.text)) n
		WHERE n LIKE '%@%' AND is_federating() AND NOT EXISTS (SELECT
			FROM actor a WHERE a.name = n) LIMIT 5) w;
END $$;

-- Job `fetch {what: mention, commentId, handle}`: found, it gets the comment,
-- in which it is mentioned now.
CREATE FUNCTION fetch_mention(argument jsonb) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	found bigint;
BEGIN
	found := remote_handle(argument ->> 'handle');
	PERFORM comment_tell(c, true, ARRAY[found], true) FROM comment c
	WHERE c.id = (argument ->> 'commentId')::bigint
		AND c.deleted_at IS NULL
		AND found = ANY (actors_mentioned(c.text));
	RETURN 'mentioned';
END $$;

-- The owner's word to another server's author.
CREATE FUNCTION comment_decide(c comment, author bigint, decided text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	PERFORM activity_send((video_sharers(v))[1], ap_document(
			ap_context_comment(), json_members(ap_reply_decided(c, v,
				decided)))::json,
		ARRAY[a.actor_id], personal => true)
	FROM video v, account a
	WHERE v.id = c.video_id AND v.host_id IS NULL AND a.id = author;
END $$;

CREATE FUNCTION comment_sent() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	IF NEW.deleted_at IS NOT NULL THEN
		RETURN NULL;
	ELSIF NEW.url IS NULL THEN
		PERFORM comment_tell(NEW, true, '{}');
	ELSIF TG_OP = 'UPDATE' OR EXISTS (SELECT FROM video v
			WHERE v.id = NEW.video_id AND v.comments_policy = 3
				AND NOT NEW.held_for_review) THEN
		PERFORM comment_decide(NEW, NEW.account_id, 'ApproveReply');
	END IF;
	RETURN NULL;
END $$;
CREATE TRIGGER comment_sent AFTER INSERT ON comment
	FOR EACH ROW EXECUTE FUNCTION comment_sent();
CREATE TRIGGER comment_sent_approved
	AFTER UPDATE OF held_for_review, reply_approval ON comment
	FOR EACH ROW WHEN ((OLD.held_for_review AND NOT NEW.held_for_review)
		OR OLD.reply_approval IS DISTINCT FROM NEW.reply_approval)
	EXECUTE FUNCTION comment_sent();

-- Its author has given one of ours other words: also those hear of it who were
-- mentioned only before.
CREATE FUNCTION comment_edited() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	PERFORM comment_tell(NEW, false, actors_mentioned(OLD.text));
	RETURN NULL;
END $$;
CREATE TRIGGER comment_edited AFTER UPDATE OF edited_at ON comment
	FOR EACH ROW WHEN (NEW.url IS NULL AND NEW.deleted_at IS NULL
		AND OLD.edited_at IS DISTINCT FROM NEW.edited_at)
	EXECUTE FUNCTION comment_edited();

-- A comment is no more. Its author says so, or of another server's the owner
-- of our video who did not want it there.
CREATE FUNCTION comment_untold() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	v video;
	author bigint;
	teller bigint;
BEGIN
	SELECT * INTO v FROM video x WHERE x.id = OLD.video_id;
	SELECT a.actor_id INTO author FROM account a WHERE a.id = OLD.account_id;
	IF comment_is_sent(OLD, v) THEN
		teller := author;
	ELSIF OLD.url IS NULL OR NOT video_is_fetchable(v)
			OR activity_body() IS NOT NULL THEN
		-- never told, not ours to tell, or its server's own doing
		RETURN NULL;
	ELSIF OLD.held_for_review THEN
		PERFORM comment_decide(OLD, OLD.account_id, 'RejectReply');
		RETURN NULL;
	ELSE
		teller := (video_sharers(v))[1];
	END IF;
	PERFORM activity_send(teller, json_build_object(
			'to', json_build_array(ap_public()), 'cc', '[]'::json,
			'type', 'Delete', 'id', comment_place(OLD, v) || '/delete',
			'actor', actor_id(a), 'object', json_build_object(
				'id', comment_url(OLD, v.uuid),
				'type', 'Tombstone')),
		author || comment_targets(OLD, v, author),
		comment_subject(OLD), proof => true)
	FROM actor a WHERE a.id = teller;
	RETURN NULL;
END $$;
CREATE TRIGGER comment_untold AFTER UPDATE OF deleted_at ON comment
	FOR EACH ROW WHEN (OLD.deleted_at IS NULL AND NEW.deleted_at IS NOT NULL)
	EXECUTE FUNCTION comment_untold();

-- Whoever leaves takes along what it said elsewhere, while it still has a name.
CREATE FUNCTION actor_erases() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	who constant bigint := (SELECT a.id FROM account a
		WHERE a.actor_id = OLD.id);
BEGIN
	PERFORM comment_erase_write(ARRAY(SELECT c.id FROM comment c
		WHERE c.account_id = who));
	DELETE FROM rate r WHERE r.account_id = who;
	RETURN OLD;
END $$;
CREATE TRIGGER actor_erases BEFORE DELETE ON actor
	FOR EACH ROW WHEN (OLD.host_id IS NULL AND OLD.kind = 'Person')
	EXECUTE FUNCTION actor_erases();

-- --- decisions of others -----------------------------------------------------

-- The owner of another server's video lets a comment of ours stand: it is shown
-- here and sent again, with the approval that others look for.
CREATE FUNCTION apply_approve_reply(signer bigint, activity jsonb,
	owner bigint) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	approval constant text := ap_id(activity -> 'id');
	approved constant bigint := comment_at(ap_id(activity -> 'object'));
	c comment;
BEGIN
	SELECT * INTO c FROM comment x
	WHERE x.id = approved AND x.url IS NULL AND x.deleted_at IS NULL;
	IF c.id IS NULL THEN
		RETURN 'not here';
	ELSIF NOT EXISTS (SELECT FROM video v
			WHERE v.id = c.video_id AND v.host_id IS NOT NULL
				AND signer = ANY ((video_sharers(v))[:2])) THEN
		PERFORM ap_refuse('the video is another''s');
	END IF;
	UPDATE comment SET reply_approval = approval, held_for_review = false
	WHERE id = c.id;
	RETURN 'comment approved';
END $$;

-- It goes on waiting here, seen by its author alone.
CREATE FUNCTION apply_reject_reply(signer bigint, activity jsonb,
	owner bigint) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN 'ignored: comment rejected';
END $$;

GRANT SELECT ON comment TO cardume_ap;

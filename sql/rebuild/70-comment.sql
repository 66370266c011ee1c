-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Comments: who sees which, their counters, their documents, what may be done
-- to them. Lists for those who review them are in 72-comment-review.sql.

-- Told to everybody who may see the video.
CREATE FUNCTION comment_is_told(c comment) RETURNS boolean
STABLE LANGUAGE sql AS $$
	SELECT (c).deleted_at IS NULL AND NOT (c).held_for_review
$$;

-- Whether account `me` (NULL: nobody) is shown a comment of a video it may
-- see; `oversees`: it is the video's owner or a moderator. The one place where
-- comments are hidden from somebody.
CREATE FUNCTION comment_visible(c comment, me bigint, oversees boolean)
RETURNS boolean STABLE LANGUAGE sql AS $$
	SELECT (NOT (c).held_for_review OR oversees OR (c).account_id = me)
		AND NOT is_muted_by(me, (c).account_id)
$$;

-- --- counters --------------------------------------------------------------

-- Each element is a comment that came, went or changed: whose it is, and by how
-- much the told ones and the open threads become more. In a batch it waits for
-- the end (69-count-later.sql).
CREATE FUNCTION comment_count_write(videos bigint[], threads bigint[],
	parents bigint[], told int[], opened int[])
RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	IF counts_wait() THEN
		PERFORM count_later('comments', ARRAY[videos[i], threads[i],
			parents[i], told[i], opened[i]])
		FROM generate_subscripts(videos, 1) i;
		RETURN;
	ELSIF array_remove(parents, NULL) <> '{}' THEN
		-- in one order, so that two writers wait and do not lock each
		-- other
		PERFORM FROM comment c WHERE c.id = ANY (threads || parents)
		ORDER BY c.id FOR NO KEY UPDATE;
		UPDATE comment c SET total_replies = c.total_replies + n.told
		FROM (SELECT k.id, sum(t.told) AS told
			FROM unnest(threads, parents, told)
				t (thread, parent, told)
			CROSS JOIN LATERAL (SELECT t.thread
				UNION SELECT t.parent) k (id)
			WHERE k.id IS NOT NULL GROUP BY k.id
			HAVING sum(t.told) <> 0) n
		WHERE c.id = n.id;
	END IF;
	UPDATE video v SET comments = v.comments + n.told,
		threads = v.threads + n.opened
	FROM (SELECT t.id, sum(t.told) AS told, sum(t.opened) AS opened
		FROM unnest(videos, told, opened) t (id, told, opened)
		GROUP BY t.id) n
	WHERE v.id = n.id AND (n.told <> 0 OR n.opened <> 0);
END $$;

REVOKE ALL ON FUNCTION comment_count_write FROM PUBLIC;

CREATE FUNCTION comment_came() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	PERFORM comment_count_write(array_agg(c.video_id),
		array_agg(c.thread_id), array_agg(c.in_reply_to_id),
		array_agg(comment_is_told(c)::int),
		array_agg((c.thread_id IS NULL AND NOT c.held_for_review)::int))
	FROM came c WHERE NOT c.held_for_review HAVING count(*) > 0;
	RETURN NULL;
END $$;
CREATE TRIGGER comment_came AFTER INSERT ON comment
	REFERENCING NEW TABLE AS came
	FOR EACH STATEMENT EXECUTE FUNCTION comment_came();

CREATE FUNCTION comment_changed() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	PERFORM comment_count_write(array_agg(c.video_id),
		array_agg(c.thread_id), array_agg(c.in_reply_to_id),
		array_agg(comment_is_told(c)::int - comment_is_told(o)::int),
		array_agg(CASE WHEN c.thread_id IS NULL
			THEN o.held_for_review::int - c.held_for_review::int
			ELSE 0 END))
	FROM came c JOIN went o ON o.id = c.id
	WHERE comment_is_told(c) <> comment_is_told(o)
		OR c.held_for_review <> o.held_for_review
	HAVING count(*) > 0;
	RETURN NULL;
END $$;
CREATE TRIGGER comment_changed AFTER UPDATE ON comment
	REFERENCING OLD TABLE AS went NEW TABLE AS came
	FOR EACH STATEMENT EXECUTE FUNCTION comment_changed();

-- Comments go with their video; what else deletes rows keeps the counters.
CREATE FUNCTION comment_went() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	PERFORM comment_count_write(array_agg(c.video_id),
		array_agg(c.thread_id), array_agg(c.in_reply_to_id),
		array_agg(-comment_is_told(c)::int),
		array_agg(-(c.thread_id IS NULL)::int))
	FROM went c WHERE NOT c.held_for_review HAVING count(*) > 0;
	RETURN NULL;
END $$;
CREATE TRIGGER comment_went AFTER DELETE ON comment
	REFERENCING OLD TABLE AS went
	FOR EACH STATEMENT EXECUTE FUNCTION comment_went();

-- A video that moves to another channel takes its comments along.
CREATE FUNCTION comment_moved() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	UPDATE comment SET channel_id = NEW.channel_id WHERE video_id = NEW.id;
	RETURN NULL;
END $$;
CREATE TRIGGER comment_moved AFTER UPDATE OF channel_id ON video
	FOR EACH ROW WHEN (OLD.channel_id <> NEW.channel_id)
	EXECUTE FUNCTION comment_moved();

-- Deletes comments: what answers them stays.
CREATE FUNCTION comment_erase_write(ids bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM comment_tag WHERE comment_id = ANY (ids);
	UPDATE comment SET deleted_at = now(), updated_at = now(), text = '',
		account_id = NULL
	WHERE id = ANY (ids) AND deleted_at IS NULL;
END $$;

CREATE FUNCTION comment_author_gone() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	PERFORM comment_erase_write(ARRAY(SELECT id FROM comment
		WHERE account_id = OLD.id));
	RETURN OLD;
END $$;
CREATE TRIGGER comment_author_gone BEFORE DELETE ON account
	FOR EACH ROW EXECUTE FUNCTION comment_author_gone();

-- --- documents -------------------------------------------------------------

CREATE FUNCTION comment_url(c comment, video uuid) RETURNS text
STABLE LANGUAGE sql AS $$
	SELECT coalesce((c).url, origin() || '/videos/watch/' || video ||
		'/comments/' || (c).id)
$$;

-- Comments of one video by their ids, in that order. An account is made into
-- a document once, however much it says.
CREATE FUNCTION comment_items(ids bigint[])
RETURNS TABLE (id bigint, document json) STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY
	WITH shown AS MATERIALIZED (
		SELECT c, k.nr, v.uuid, h.account_id AS owner
		FROM unnest(ids) WITH ORDINALITY k (id, nr)
		JOIN comment c ON c.id = k.id
		JOIN video v ON v.id = c.video_id
		JOIN channel h ON h.id = v.channel_id
	), author AS MATERIALIZED (
		SELECT w.id, a.document
		FROM (SELECT DISTINCT (s.c).account_id AS id FROM shown s) w
		CROSS JOIN LATERAL (SELECT d.document FROM account_document d
			WHERE d.id = w.id OFFSET 0) a
	)
	SELECT d.id, row_to_json(d)
	FROM shown s
	LEFT JOIN author a ON a.id = (s.c).account_id
	CROSS JOIN LATERAL (SELECT (s.c).id,
		comment_url(s.c, s.uuid) AS url,
		(s.c).text,
		coalesce((s.c).thread_id, (s.c).id) AS "threadId",
		(s.c).in_reply_to_id AS "inReplyToCommentId",
		(s.c).video_id AS "videoId",
		iso((s.c).created_at) AS "createdAt",
		iso((s.c).updated_at) AS "updatedAt",
		iso((s.c).deleted_at) AS "deletedAt",
		(s.c).held_for_review AS "heldForReview",
		(s.c).deleted_at IS NOT NULL AS "isDeleted",
		(SELECT count(*) FROM comment r
			WHERE r.thread_id = coalesce((s.c).thread_id, (s.c).id)
			AND r.account_id = s.owner AND NOT r.held_for_review
			AND ((s.c).thread_id IS NULL
				OR r.in_reply_to_id = (s.c).id))
			AS "totalRepliesFromVideoAuthor",
		(s.c).total_replies AS "totalReplies",
		a.document AS account) d
	ORDER BY s.nr;
END $$;

-- --- reading ---------------------------------------------------------------

-- The ids of threads that everybody is told of, in each order an index has.
CREATE FUNCTION comment_threads_told(video bigint, sort text, nr int,
	first int, me bigint) RETURNS bigint[] STABLE LANGUAGE plpgsql AS $$
BEGIN
	CASE sort
	WHEN '-createdAt' THEN RETURN ARRAY(SELECT c.id FROM comment c
		WHERE c.video_id = video AND c.thread_id IS NULL
			AND NOT c.held_for_review
			AND comment_visible(c, me, false)
		ORDER BY c.created_at DESC, c.id DESC LIMIT nr OFFSET first);
	WHEN 'createdAt' THEN RETURN ARRAY(SELECT c.id FROM comment c
		WHERE c.video_id = video AND c.thread_id IS NULL
			AND NOT c.held_for_review
			AND comment_visible(c, me, false)
		ORDER BY c.created_at, c.id LIMIT nr OFFSET first);
	WHEN '-totalReplies' THEN RETURN ARRAY(SELECT c.id FROM comment c
		WHERE c.video_id = video AND c.thread_id IS NULL
			AND NOT c.held_for_review
			AND comment_visible(c, me, false)
		ORDER BY c.total_replies DESC, c.id DESC
		LIMIT nr OFFSET first);
	ELSE RETURN ARRAY(SELECT c.id FROM comment c
		WHERE c.video_id = video AND c.thread_id IS NULL
			AND NOT c.held_for_review
			AND comment_visible(c, me, false)
		ORDER BY c.total_replies, c.id LIMIT nr OFFSET first);
	END CASE;
END $$;

-- The newest that wait for a review and are shown to this account.
CREATE FUNCTION comments_held(video bigint, me bigint, oversees boolean)
RETURNS SETOF comment STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY SELECT c.* FROM comment c
	WHERE c.video_id = video AND c.held_for_review
		AND comment_visible(c, me, oversees)
	ORDER BY c.created_at DESC, c.id DESC LIMIT 1000;
END $$;

-- Threads for somebody who sees held ones among the others.
CREATE FUNCTION comment_threads_mixed(held bigint[], told bigint[], sort text,
	nr int, first int) RETURNS bigint[] STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN ARRAY(SELECT c.id FROM comment c
	WHERE c.id = ANY (held || told)
	ORDER BY CASE sort WHEN '-createdAt' THEN c.created_at END DESC,
		CASE sort WHEN 'createdAt' THEN c.created_at END,
		CASE sort WHEN '-totalReplies' THEN c.total_replies END DESC,
		CASE sort WHEN 'totalReplies' THEN c.total_replies END,
		CASE WHEN sort LIKE '-%' THEN -c.id ELSE c.id END
	LIMIT nr OFFSET first);
END $$;

-- {total, totalNotDeletedComments, data} of an opened video's threads.
CREATE FUNCTION comment_threads(video bigint, viewer bigint, first int, nr int,
	sort text) RETURNS json STABLE LANGUAGE plpgsql AS $$
DECLARE
	v video;
	me constant bigint := account_of(viewer);
	held bigint[];
	more bigint;
	ids bigint[];
BEGIN
	SELECT * INTO v FROM video x WHERE x.id = video;
	IF v.comments_policy = 2 THEN
		RETURN json_build_object('total', 0,
			'totalNotDeletedComments', 0, 'data', '[]'::json);
	END IF;
	IF viewer IS NOT NULL THEN
		SELECT array_agg(h.id) FILTER (WHERE h.thread_id IS NULL),
			count(*) FILTER (WHERE h.deleted_at IS NULL)
		INTO held, more
		FROM comments_held(video, me,
			video_may_oversee(v, viewer)) h;
	END IF;
	IF held IS NULL THEN
		ids := comment_threads_told(video, sort, nr, first, me);
	ELSE
		ids := comment_threads_mixed(held, comment_threads_told(video,
			sort, first + nr, 0, me), sort, nr, first);
	END IF;
	RETURN json_build_object(
		'total', v.threads + coalesce(cardinality(held), 0),
		'totalNotDeletedComments', v.comments + coalesce(more, 0),
		'data', (SELECT coalesce(json_agg(i.document), '[]')
			FROM comment_items(ids) i));
END $$;

-- The comment of that video; 404 where there is none, 400 where it is another
-- video's.
CREATE FUNCTION comment_found(video bigint, wanted bigint) RETURNS comment
STABLE LANGUAGE plpgsql AS $$
DECLARE
	c comment;
BEGIN
	SELECT * INTO c FROM comment WHERE id = wanted;
	IF c.id IS NULL THEN
		PERFORM refuse('404', 'Video comment not found');
	ELSIF c.video_id <> video THEN
		PERFORM refuse('400', 'Video comment is not associated to this'
			' video.', 'comment_not_associated_to_video');
	END IF;
	RETURN c;
END $$;

-- Ids and depths of a thread's comments that are shown, each followed by its
-- answers. What is deeper than `deepest` stands beside what it answers.
CREATE FUNCTION comment_tree(thread bigint, me bigint, oversees boolean,
	deepest int) RETURNS TABLE (id bigint, depth int, nr bigint)
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY
	WITH RECURSIVE tree AS (
		SELECT c.id, 1 AS depth, ARRAY[c.id] AS path
		FROM comment c
		WHERE c.id = thread AND comment_visible(c, me, oversees)
		UNION ALL
		SELECT c.id, least(t.depth + 1, deepest),
			t.path[1:deepest - 1] || c.id
		FROM tree t
		JOIN comment c ON c.in_reply_to_id = t.id
		WHERE comment_visible(c, me, oversees)
	)
	SELECT t.id, t.depth, row_number() OVER (ORDER BY t.path)
	FROM tree t ORDER BY t.path;
END $$;

-- {comment, children: [{comment, children} ...]} as one text: brackets close
-- by how much less deep the next comment is.
CREATE FUNCTION comment_thread(video bigint, viewer bigint, thread bigint)
RETURNS json STABLE LANGUAGE plpgsql AS $$
DECLARE
	v video;
	c comment := comment_found(video, thread);
	made json;
BEGIN
	IF c.thread_id IS NOT NULL THEN
		PERFORM refuse('400', 'Video comment is not a thread.');
	END IF;
	SELECT * INTO v FROM video x WHERE x.id = video;
	WITH tree AS MATERIALIZED (
		SELECT * FROM comment_tree(thread, account_of(viewer),
			coalesce(video_may_oversee(v, viewer), false), 100)
	), item AS MATERIALIZED (
		SELECT * FROM comment_items(
			ARRAY(SELECT t.id FROM tree t ORDER BY t.nr))
	)
	SELECT string_agg('{"comment":' || i.document || ',"children":['
		|| repeat(']}', t.depth - coalesce(t.next, 0)
			+ (t.next IS NOT NULL)::int)
		|| CASE WHEN t.next <= t.depth THEN ',' ELSE '' END,
		'' ORDER BY t.nr)
	INTO made
	FROM (SELECT tree.*, lead(depth) OVER (ORDER BY tree.nr) AS next
		FROM tree) t
	JOIN item i ON i.id = t.id
	WHERE v.comments_policy <> 2;
	IF made IS NULL THEN
		PERFORM refuse('404', 'No comments were found');
	END IF;
	RETURN made;
END $$;

-- --- writing ---------------------------------------------------------------

-- A comment of the viewer's on an opened video; `parent` NULL begins a thread.
CREATE FUNCTION comment_add_write(video bigint, viewer bigint, parent bigint,
	words text) RETURNS json LANGUAGE plpgsql AS $$
DECLARE
	v video;
	above comment;
	me constant bigint := account_of(viewer);
	made comment;
BEGIN
	SELECT * INTO v FROM video x WHERE x.id = video;
	IF v.comments_policy = 2 THEN
		PERFORM refuse('409',
			'Video comments are disabled for this video.');
	ELSIF btrim(words, E' \t\r\n') = '' THEN
		PERFORM refuse_field('text', 'text should not be blank');
	END IF;
	IF parent IS NOT NULL THEN
		above := comment_found(video, parent);
		IF NOT comment_visible(above, me,
				video_may_oversee(v, viewer)) THEN
			PERFORM refuse('404', 'Video comment not found');
		END IF;
	END IF;
	INSERT INTO comment (video_id, channel_id, account_id, thread_id,
		in_reply_to_id, text, held_for_review)
	VALUES (v.id, v.channel_id, me, coalesce(above.thread_id, above.id),
		above.id, words, comment_is_held(v, viewer, words))
	RETURNING * INTO made;
	PERFORM comment_tag_write(made, v);
	RETURN json_build_object('comment',
		(SELECT i.document FROM comment_items(ARRAY[made.id]) i));
END $$;

-- Whether other words of a comment would get where it is decided about: other
-- servers than ours leave the old ones, and have approved those.
CREATE FUNCTION comments_may_change(v video) RETURNS boolean
STABLE LANGUAGE sql AS $$
	SELECT (v).host_id IS NULL OR (v).comments_policy = 1
$$;

-- The author's other words for a comment on an opened video. They are looked
-- at like new ones; one that waits goes on waiting.
CREATE FUNCTION comment_edit_write(video bigint, viewer bigint, wanted bigint,
	words text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	v video;
	c comment := comment_found(video, wanted);
BEGIN
	SELECT * INTO v FROM video x WHERE x.id = video;
	IF c.deleted_at IS NOT NULL THEN
		PERFORM refuse('409', 'This comment is deleted');
	ELSIF c.account_id <> account_of(viewer) THEN
		PERFORM refuse('403', 'Only its author changes a comment.');
	ELSIF v.comments_policy = 2 THEN
		PERFORM refuse('409',
			'Video comments are disabled for this video.');
	ELSIF NOT comments_may_change(v) THEN
		PERFORM refuse('409', 'On its own server the maker of this'
			' video approves each comment, and would not see the'
			' change: delete the comment and write another.');
	ELSIF btrim(words, E' \t\r\n') = '' THEN
		PERFORM refuse_field('text', 'text should not be blank');
	ELSIF replace(words, E'\r', '') = replace(c.text, E'\r', '') THEN
		RETURN;
	END IF;
	UPDATE comment x SET text = words, updated_at = now(),
		edited_at = clock_timestamp(), held_for_review =
			x.held_for_review OR comment_is_held(v, viewer, words)
	WHERE x.id = c.id RETURNING * INTO c;
	PERFORM comment_tag_again_write(c, v);
END $$;

-- The author, the video's owner, moderators.
CREATE FUNCTION comment_delete_write(named text, viewer bigint, wanted bigint)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	v video;
	c comment;
BEGIN
	SELECT * INTO v FROM video WHERE id = video_id(named);
	IF v.id IS NULL THEN
		PERFORM refuse('404', 'Video not found');
	END IF;
	c := comment_found(v.id, wanted);
	IF c.account_id = account_of(viewer) OR video_may_oversee(v, viewer)
	THEN
		IF c.deleted_at IS NOT NULL THEN
			PERFORM refuse('409',
				'This comment is already deleted');
		END IF;
		PERFORM comment_erase_write(ARRAY[c.id]);
	ELSIF video_access(v, viewer, named LIKE '%-%') = 'hidden'
			OR NOT comment_visible(c, account_of(viewer), false)
	THEN
		PERFORM refuse('404', 'Video not found');
	ELSIF c.deleted_at IS NOT NULL THEN
		PERFORM refuse('409', 'This comment is already deleted');
	ELSE
		PERFORM refuse('403', 'User does not have the permission to'
			' delete this comment');
	END IF;
END $$;

-- The video's owner and moderators.
CREATE FUNCTION comment_approve_write(named text, viewer bigint, wanted bigint)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	v video;
	c comment;
BEGIN
	SELECT * INTO v FROM video WHERE id = video_id(named);
	IF v.id IS NULL OR video_access(v, viewer, named LIKE '%-%') = 'hidden'
	THEN
		PERFORM refuse('404', 'Video not found');
	END IF;
	c := comment_found(v.id, wanted);
	IF NOT video_may_oversee(v, viewer) THEN
		PERFORM refuse('403', 'User does not have the permission to'
			' approve this comment');
	ELSIF c.deleted_at IS NOT NULL THEN
		PERFORM refuse('409', 'This comment is deleted');
	ELSIF NOT c.held_for_review THEN
		PERFORM refuse('400', 'This comment is not held for review');
	END IF;
	UPDATE comment SET held_for_review = false, updated_at = now()
	WHERE id = c.id;
END $$;

GRANT SELECT, INSERT, UPDATE ON comment TO cardume_api, cardume_page;

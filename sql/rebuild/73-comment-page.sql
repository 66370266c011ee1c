-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Comments in feeds and on the watch page.

-- The newest comments that everybody is told of, on public videos: of one
-- video, of a channel, of an account's channels, of all. Texts are fit for XML.
CREATE FUNCTION feed_comments(max_items int, of_video bigint, channel bigint,
	account bigint) RETURNS json STABLE LANGUAGE plpgsql
SET plan_cache_mode = force_custom_plan AS $$
DECLARE
	ids bigint[];
BEGIN
	IF of_video IS NULL AND num_nonnulls(channel, account) > 0 THEN
		ids := ARRAY(SELECT n.id FROM channel h
			CROSS JOIN LATERAL (SELECT c.id, c.created_at
				FROM comment c JOIN video v ON v.id = c.video_id
				WHERE c.channel_id = h.id
					AND comment_is_told(c)
					AND comment_visible(c, NULL, false)
					AND video_is_listed(v)
					AND v.comments_policy <> 2
				ORDER BY c.created_at DESC, c.id DESC
				LIMIT max_items) n
			WHERE h.id = channel OR h.account_id = account
			ORDER BY n.created_at DESC, n.id DESC LIMIT max_items);
	ELSE
		ids := ARRAY(SELECT c.id
			FROM comment c JOIN video v ON v.id = c.video_id
			WHERE (of_video IS NULL OR c.video_id = of_video)
				AND comment_is_told(c)
				AND comment_visible(c, NULL, false)
				AND video_is_listed(v) AND v.comments_policy <> 2
			ORDER BY c.created_at DESC, c.id DESC LIMIT max_items);
	END IF;
	RETURN (SELECT coalesce(json_agg(json_build_object(
			'id', c.id,
			'url', comment_url(c, v.uuid),
			'path', '/w/' || v.short_uuid || '#comment-' || c.id,
			'text', xml_text(c.text),
			'isHtml', c.is_html,
			'publishedAt', iso(c.created_at),
			'updatedAt', iso(c.updated_at),
			'videoName', xml_text(v.name),
			'author', json_build_object(
				'name', xml_text(o.face ->> 'displayName'),
				'url', o.face ->> 'url')) ORDER BY k.nr), '[]')
		FROM unnest(ids) WITH ORDINALITY k (id, nr)
		JOIN comment c ON c.id = k.id
		JOIN video v ON v.id = c.video_id
		JOIN account o ON o.id = c.account_id);
END $$;

-- Of what the feed is; no row where the named one is not, or not for everybody.
CREATE FUNCTION feed_comment_source(named_video text, channel_id bigint,
	channel_name text, account_id bigint, account_name text)
RETURNS TABLE (of_video bigint, channel bigint, account bigint, title text,
	description text, path text) STABLE LANGUAGE plpgsql AS $$
BEGIN
	IF named_video IS NOT NULL THEN
		RETURN QUERY SELECT v.id, NULL::bigint, NULL::bigint,
			xml_text(v.name), '', '/w/' || v.short_uuid
		FROM video v
		WHERE v.id = video_id(named_video) AND video_is_listed(v);
	ELSE
		RETURN QUERY SELECT NULL::bigint, s.channel, s.account, s.title,
			s.description, s.path
		FROM feed_source(channel_id, channel_name, account_id,
			account_name) s;
	END IF;
END $$;

-- --- the watch page --------------------------------------------------------

-- The video that a form on its page is about; `token_hash` as in page/watch.
CREATE FUNCTION comment_page_video(named text, viewer bigint, token_hash bytea)
RETURNS bigint STABLE LANGUAGE plpgsql AS $$
DECLARE
	v video;
BEGIN
	SELECT * INTO v FROM video x WHERE x.id = video_id(named);
	IF v.id IS NULL OR (video_access(v, viewer, named LIKE '%-%') <> 'watch'
			AND NOT EXISTS (SELECT FROM video_token k
				WHERE k.secret_hash = token_hash
				AND k.video_id = v.id AND k.expires_at > now()))
	THEN
		PERFORM refuse('404', 'There is no such video.');
	END IF;
	RETURN v.id;
END $$;

-- Where the people are whom a text of ours mentions: "@name /a/name ...", ours
-- by both of their names.
CREATE FUNCTION mention_places(words text) RETURNS text
STABLE LANGUAGE plpgsql AS $$
BEGIN
	IF strpos(words, '@') = 0 THEN
		RETURN NULL;
	END IF;
	RETURN (SELECT string_agg(CASE WHEN a.host_id IS NULL
			THEN '@' || a.name || p || ' @' || a.name || '@' ||
				our_host() || p
			ELSE '@' || a.name || p END, ' ')
		FROM actor a CROSS JOIN LATERAL (SELECT CASE WHEN a.kind = 'Group'
			THEN ' /c/' ELSE ' /a/' END || a.name) path (p)
		WHERE a.id = ANY (actors_mentioned(words)));
END $$;

-- Some threads with their answers, as a flat list whose items have a depth;
-- a thread with more answers than `most` is told alone. `changes`: one's own
-- may be changed.
CREATE FUNCTION comment_page_items(ids bigint[], me bigint, oversees boolean,
	most int, changes boolean) RETURNS json STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT json_agg(json_build_object(
			'id', c.id,
			'depth', t.depth,
			'isDeleted', c.deleted_at IS NOT NULL,
			'isHeld', c.held_for_review,
			'isMaker', c.account_id = h.account_id,
			'text', c.text,
			'isHtml', c.is_html,
			'mentions', CASE WHEN NOT c.is_html
				THEN mention_places(c.text) END,
			'createdAt', iso(c.created_at),
			'editedAt', iso(c.edited_at),
			'author', CASE WHEN a.id IS NOT NULL THEN
				json_build_object('name', a.name, 'displayName',
					o.display_name, 'avatarPath',
					'/lazy-static/avatars/' || i.filename)
				END,
			'answered', CASE WHEN t.depth > 1 THEN
				json_build_object('id', c.in_reply_to_id,
					'displayName', po.display_name) END,
			'unseen', CASE WHEN c.thread_id IS NULL
				AND c.total_replies > most
				THEN c.total_replies END,
			'mayAnswer', me IS NOT NULL,
			'mayEdit', changes AND c.account_id = me,
			'mayDelete', c.deleted_at IS NULL
				AND (oversees OR coalesce(c.account_id = me,
					false)),
			'mayApprove', c.held_for_review AND oversees
				AND c.deleted_at IS NULL)
			ORDER BY k.nr, t.nr)
		FROM unnest(ids) WITH ORDINALITY k (id, nr)
		JOIN comment s ON s.id = k.id
		CROSS JOIN LATERAL (
			SELECT n.* FROM comment_tree(s.id, me, oversees, 4) n
			WHERE s.total_replies <= most
			UNION ALL
			SELECT s.id, 1, 1 WHERE s.total_replies > most) t
		JOIN comment c ON c.id = t.id
		JOIN channel h ON h.id = c.channel_id
		LEFT JOIN account o ON o.id = c.account_id
		LEFT JOIN actor a ON a.id = o.actor_id
		LEFT JOIN actor_image i ON i.actor_id = a.id
			AND i.kind = 'avatar' AND i.width = 48
		LEFT JOIN comment p ON p.id = c.in_reply_to_id
		LEFT JOIN account po ON po.id = p.account_id
		WHERE c.deleted_at IS NULL OR c.total_replies > 0);
END $$;

-- The comments of a video's page: ten threads from the first-th on, or the one
-- that is asked for, whole.
CREATE FUNCTION comment_page(video bigint, viewer bigint, first int,
	asked bigint) RETURNS json STABLE LANGUAGE plpgsql AS $$
DECLARE
	v video;
	me constant bigint := account_of(viewer);
	oversees boolean;
	held bigint[];
	ids bigint[];
BEGIN
	SELECT * INTO v FROM video x WHERE x.id = video;
	IF v.comments_policy = 2 THEN
		RETURN to_json(false);
	END IF;
	oversees := coalesce(video_may_oversee(v, viewer), false);
	IF viewer IS NOT NULL THEN
		held := ARRAY(SELECT h.id
			FROM comments_held(video, me, oversees) h
			WHERE h.thread_id IS NULL);
	END IF;
	IF asked IS NOT NULL THEN
		ids := ARRAY(SELECT c.id FROM comment c WHERE c.id = asked
			AND c.video_id = video AND c.thread_id IS NULL
			AND comment_visible(c, me, oversees));
	ELSIF v.threads > 0 OR cardinality(held) > 0 THEN
		ids := comment_threads_mixed(held, comment_threads_told(video,
			'-createdAt', first + 10, 0, me), '-createdAt', 10,
			first);
	END IF;
	RETURN json_build_object(
		'total', v.comments,
		'isReviewed', v.comments_policy = 3 AND NOT oversees,
		'isOne', asked IS NOT NULL,
		'previous', CASE WHEN first > 0 THEN json_build_object('first',
			greatest(0, first - 10)) END,
		'next', CASE WHEN asked IS NULL AND first + 10 <
				v.threads + coalesce(cardinality(held), 0)
			THEN json_build_object('first', first + 10) END,
		'items', coalesce(comment_page_items(ids, me, oversees,
			CASE WHEN asked IS NULL THEN 50 ELSE 1000 END,
			comments_may_change(v)), '[]'));
END $$;

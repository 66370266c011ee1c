-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Lists of comments for those who review them: owners of videos, moderators.

CREATE FUNCTION accounts_like(words text) RETURNS bigint[]
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN CASE WHEN words IS NOT NULL THEN ARRAY(
		SELECT o.id FROM account o JOIN actor a ON a.id = o.actor_id
		WHERE a.name ILIKE anywhere(words)
			OR o.display_name ILIKE anywhere(words)
		LIMIT 1000) END;
END $$;

CREATE FUNCTION videos_like(words text) RETURNS bigint[]
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN CASE WHEN words IS NOT NULL THEN ARRAY(
		SELECT v.id FROM video v
		WHERE lower(v.name) LIKE anywhere(lower(words))
		LIMIT 1000) END;
END $$;

-- The newest comments that have one of these tags for the account.
CREATE FUNCTION comments_tagged(tagger bigint, tags text[]) RETURNS bigint[]
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN CASE WHEN tags IS NOT NULL THEN ARRAY(
		SELECT DISTINCT n.comment_id FROM unnest(tags) tag
		CROSS JOIN LATERAL (SELECT t.comment_id FROM comment_tag t
			WHERE t.account_id = tagger
				AND lower(t.name) = lower(tag)
			ORDER BY t.comment_id DESC LIMIT 1000) n) END;
END $$;

-- Comments that are there and pass the filters; a NULL lets all pass.
-- `authors` and `videos` are those that the words are found in, too.
CREATE FUNCTION comments_filtered(words text, authors bigint[],
	videos bigint[], by_authors bigint[], of_videos bigint[], video bigint,
	tagged bigint[], is_held boolean)
RETURNS SETOF comment STABLE LANGUAGE sql AS $$
	SELECT c.* FROM comment c
	WHERE c.deleted_at IS NULL
	AND (words IS NULL OR c.text ILIKE words
		OR c.account_id = ANY (authors) OR c.video_id = ANY (videos))
	AND (by_authors IS NULL OR c.account_id = ANY (by_authors))
	AND (of_videos IS NULL OR c.video_id = ANY (of_videos))
	AND (video IS NULL OR c.video_id = video)
	AND (tagged IS NULL OR c.id = ANY (tagged))
	AND (is_held IS NULL OR c.held_for_review = is_held)
$$;

-- The ids of a list, and its total (counted to 1,000 past what is shown, or to
-- 10,000 where nothing is filtered). `channels` NULL: of all videos. Planned
-- with its values at each call.
CREATE FUNCTION comments_found(first int, nr int, newest_first boolean,
	channels bigint[], words text, search_author text, search_video text,
	video bigint, tagger bigint, tags text[], is_held boolean,
	OUT ids bigint[], OUT total bigint)
STABLE LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan AS $$
DECLARE
	authors constant bigint[] := accounts_like(words);
	videos constant bigint[] := videos_like(words);
	by_authors constant bigint[] := accounts_like(search_author);
	of_videos constant bigint[] := videos_like(search_video);
	tagged constant bigint[] := comments_tagged(tagger, tags);
	most constant int := CASE WHEN num_nonnulls(words, search_author,
		search_video, video, tags, is_held) = 0 THEN 10000
		ELSE first + nr + 1000 END;
BEGIN
	words := anywhere(words);
	SELECT count(*) INTO total FROM (SELECT FROM comments_filtered(words,
		authors, videos, by_authors, of_videos, video, tagged, is_held)
		c WHERE channels IS NULL OR c.channel_id = ANY (channels)
		LIMIT most) counted;
	IF channels IS NULL OR words IS NOT NULL THEN
		ids := ARRAY(SELECT c.id FROM comments_filtered(words, authors,
			videos, by_authors, of_videos, video, tagged, is_held)
			c
		WHERE channels IS NULL OR c.channel_id = ANY (channels)
		ORDER BY CASE WHEN newest_first THEN c.created_at END DESC,
			CASE WHEN newest_first THEN c.id END DESC,
			CASE WHEN NOT newest_first THEN c.created_at END,
			CASE WHEN NOT newest_first THEN c.id END
		LIMIT nr OFFSET first);
		RETURN;
	END IF;
	-- each channel's first ones, by its own index
	ids := ARRAY(SELECT n.id FROM unnest(channels) h (id)
		CROSS JOIN LATERAL (SELECT c.id, c.created_at
			FROM comments_filtered(words, authors, videos,
				by_authors, of_videos, video, tagged, is_held)
				c
			WHERE c.channel_id = h.id
			ORDER BY CASE WHEN newest_first THEN c.created_at
					END DESC,
				CASE WHEN newest_first THEN c.id END DESC,
				CASE WHEN NOT newest_first THEN c.created_at
					END,
				CASE WHEN NOT newest_first THEN c.id END
			LIMIT first + nr) n
		ORDER BY CASE WHEN newest_first THEN n.created_at END DESC,
			CASE WHEN newest_first THEN n.id END DESC,
			n.created_at, n.id
		LIMIT nr OFFSET first);
END $$;

-- As comment_items(), with the video and the tags that `tagger` sees.
CREATE FUNCTION comment_review_items(ids bigint[], tagger bigint) RETURNS json
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT json_agg(row_to_json(d) ORDER BY k.nr)
	FROM unnest(ids) WITH ORDINALITY k (id, nr)
	JOIN comment c ON c.id = k.id
	JOIN video v ON v.id = c.video_id
	JOIN channel h ON h.id = v.channel_id
	CROSS JOIN LATERAL (SELECT document FROM account_document a
		WHERE a.id = c.account_id OFFSET 0) a
	CROSS JOIN LATERAL (SELECT c.id,
		comment_url(c, v.uuid) AS url,
		c.text,
		coalesce(c.thread_id, c.id) AS "threadId",
		c.in_reply_to_id AS "inReplyToCommentId",
		c.video_id AS "videoId",
		iso(c.created_at) AS "createdAt",
		iso(c.updated_at) AS "updatedAt",
		c.held_for_review AS "heldForReview",
		ARRAY(SELECT t.name FROM comment_tag t
			WHERE t.comment_id = c.id AND t.account_id = tagger
			ORDER BY t.name) AS "automaticTags",
		json_build_object('id', v.id, 'uuid', v.uuid, 'name', v.name,
			'channel', h.face) AS video,
		a.document AS account) d);
END $$;

-- The lists of moderators (`viewer` NULL) and of the owner of videos. All that
-- is kept here is local.
CREATE FUNCTION comment_review(viewer bigint, first int, nr int, sort text,
	words text, search_author text, search_video text, named_video text,
	channel bigint, tags text[], is_held boolean, is_local boolean)
RETURNS json STABLE LANGUAGE plpgsql AS $$
DECLARE
	channels bigint[];
	video bigint := video_id(named_video);
	tagger bigint := server_account();
	found record;
BEGIN
	IF named_video IS NOT NULL AND video IS NULL THEN
		PERFORM refuse('404', 'Video not found');
	ELSIF channel IS NOT NULL AND NOT EXISTS (SELECT FROM channel c
			WHERE c.id = channel) THEN
		PERFORM refuse('404', 'Video channel not found');
	END IF;
	IF viewer IS NOT NULL THEN
		tagger := account_of(viewer);
		channels := ARRAY(SELECT c.id FROM channel c
			WHERE c.account_id = tagger
			AND (channel IS NULL OR c.id = channel));
		PERFORM comment_review_allowed(viewer, video, channel);
	ELSIF channel IS NOT NULL THEN
		channels := ARRAY[channel];
	END IF;
	IF NOT is_local THEN
		RETURN listed(0, NULL);
	END IF;
	found := comments_found(first, nr, sort = '-createdAt', channels,
		words, search_author, search_video, video, tagger, tags,
		is_held);
	RETURN listed(found.total, comment_review_items(found.ids, tagger));
END $$;

-- Of a video or channel that one does not work on, only moderators may ask.
CREATE FUNCTION comment_review_allowed(viewer bigint, video bigint,
	channel bigint) RETURNS void STABLE LANGUAGE plpgsql AS $$
BEGIN
	IF NOT is_moderator(viewer) AND (
			(channel_owner(channel) <> viewer
				AND NOT channel_has_editor(channel, viewer)) OR
			EXISTS (SELECT FROM video v WHERE v.id = video
				AND NOT video_may_oversee(v, viewer))) THEN
		PERFORM refuse('403', 'These are comments on videos of somebody'
			' else.');
	END IF;
END $$;

-- Deletes what an account has written: anywhere, or on the viewer's videos. At
-- most so many at a time as a request has time for.
CREATE FUNCTION comment_bulk_write(named text, viewer bigint, scope text)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	author constant bigint := account_named(named);
BEGIN
	IF scope = 'instance' AND NOT is_moderator(viewer) THEN
		PERFORM refuse('403',
			'User cannot remove any comments of this instance.');
	END IF;
	PERFORM comment_erase_write(ARRAY(SELECT c.id FROM comment c
		WHERE c.account_id = author AND (scope = 'instance'
			OR c.channel_id IN (SELECT h.id FROM channel h
				WHERE h.account_id = account_of(viewer)))
		ORDER BY c.created_at DESC, c.id DESC LIMIT 5000));
END $$;

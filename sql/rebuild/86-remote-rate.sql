-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Likes and dislikes that come from other servers, and those of ours that go
-- there (federation.md 1.9 to 1.11). A video's own server counts: it alone is
-- told, and tells everybody how many there are. Rates are known by who rates
-- what, since many have no address of their own.

-- The id of a rate, ours or another's; NULL: it has none.
CREATE FUNCTION rate_url(r rate, rater actor) RETURNS text
STABLE LANGUAGE sql AS $$
	SELECT CASE WHEN (rater).host_id IS NULL
		THEN actor_id(rater) || CASE (r).rating WHEN 'like'
			THEN '/likes/' ELSE '/dislikes/' END || (r).video_id
		ELSE (r).url END
$$;

-- The Like or Dislike of one of ours.
CREATE FUNCTION ap_rate(r rate, rater actor) RETURNS json
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT json_build_object('to', json_build_array(actor_id(o)),
		'cc', '[]'::json, 'id', rate_url(r, rater),
		'type', CASE r.rating WHEN 'like' THEN 'Like'
			ELSE 'Dislike' END,
		'actor', actor_id(rater), 'object', video_url(v))
	FROM video v JOIN channel h ON h.id = v.channel_id
	JOIN account a ON a.id = h.account_id
	JOIN actor o ON o.id = a.actor_id
	WHERE v.id = r.video_id);
END $$;

-- Its document, where the video is one that other servers know.
CREATE FUNCTION ap_rate_found(named text, wanted text, video bigint)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT ap_document(ap_context(), json_members(ap_rate(r, a)))
	FROM actor a JOIN account c ON c.actor_id = a.id
	JOIN rate r ON r.account_id = c.id
	JOIN video v ON v.id = r.video_id
	WHERE a.name = named AND a.host_id IS NULL AND r.rating = wanted
		AND v.id = video
		AND (v.host_id IS NOT NULL OR video_is_fetchable(v)));
END $$;

-- A page of a video's likes or dislikes by their ids, the newest first.
CREATE FUNCTION ap_rates(v video, wanted text, page int) RETURNS json
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN ap_collection(video_url(v) || '/' || wanted || 's',
		CASE wanted WHEN 'like' THEN v.likes ELSE v.dislikes END, page,
		NULL, CASE WHEN page IS NOT NULL THEN (
		SELECT json_agg(rate_url(n.r, a) ORDER BY (n.r).created_at DESC,
			(n.r).account_id DESC)
			FILTER (WHERE rate_url(n.r, a) IS NOT NULL)
		FROM (SELECT x AS r FROM rate x
			WHERE x.video_id = v.id AND x.rating = wanted
			ORDER BY x.created_at DESC, x.account_id DESC
			LIMIT 10 OFFSET (page - 1) * 10) n
		JOIN account c ON c.id = (n.r).account_id
		JOIN actor a ON a.id = c.actor_id) END);
END $$;

-- --- ours go -----------------------------------------------------------------

-- Tells a video's own server of a rate of ours, or that it is no more.
CREATE FUNCTION rate_tell(r rate, is_undone boolean) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	rater actor;
	owner bigint;
	body json;
BEGIN
	SELECT a.actor_id INTO owner FROM video v
	JOIN channel h ON h.id = v.channel_id
	JOIN account a ON a.id = h.account_id
	WHERE v.id = r.video_id AND v.host_id IS NOT NULL;
	SELECT a.* INTO rater FROM account c JOIN actor a ON a.id = c.actor_id
	WHERE c.id = r.account_id AND a.host_id IS NULL;
	IF owner IS NULL OR rater.id IS NULL THEN
		RETURN;
	END IF;
	body := ap_rate(r, rater);
	PERFORM activity_send(rater.id, CASE WHEN is_undone
		THEN json_build_object('to', body -> 'to', 'cc', body -> 'cc',
			'type', 'Undo', 'id', (body ->> 'id') || '/undo',
			'actor', body -> 'actor', 'object', body)
		ELSE body END, ARRAY[owner]);
END $$;

CREATE FUNCTION rate_sent() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	IF TG_OP <> 'INSERT' THEN
		PERFORM rate_tell(OLD, true);
	END IF;
	IF TG_OP <> 'DELETE' THEN
		PERFORM rate_tell(NEW, false);
	END IF;
	RETURN NULL;
END $$;
CREATE TRIGGER rate_sent AFTER INSERT OR DELETE OR UPDATE OF rating ON rate
	FOR EACH ROW EXECUTE FUNCTION rate_sent();

-- --- others' come ------------------------------------------------------------

CREATE FUNCTION apply_rate(signer bigint, activity jsonb, wanted text)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	about constant text := ap_id(activity -> 'object');
	rater constant bigint := (SELECT a.id FROM account a
		WHERE a.actor_id = signer);
	v video;
BEGIN
	SELECT * INTO v FROM video x WHERE x.id = known_video(about);
	IF v.id IS NULL THEN
		RETURN CASE WHEN comment_at(about) IS NULL
			THEN 'ignored: about nothing here'
			ELSE 'ignored: about a comment' END;
	ELSIF v.host_id IS NOT NULL THEN
		RETURN 'ignored: its own server counts';
	ELSIF rater IS NULL THEN
		RETURN 'ignored: not by an account';
	ELSIF NOT video_is_fetchable(v) THEN
		PERFORM ap_refuse('the video is not told to other servers');
	ELSIF is_muted(video_owner(v), rater) THEN
		PERFORM ap_refuse('its actor is blocked');
	END IF;
	INSERT INTO rate (account_id, video_id, rating, url)
	VALUES (rater, v.id, wanted, ap_id(activity -> 'id'))
	ON CONFLICT (account_id, video_id) DO UPDATE
		SET rating = EXCLUDED.rating, url = EXCLUDED.url,
			created_at = now();
	RETURN wanted;
END $$;

-- Like, and EmojiReact: whichever picture is meant, it is shown as a like.
CREATE FUNCTION apply_like(signer bigint, activity jsonb, owner bigint)
RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN apply_rate(signer, activity, 'like');
END $$;

CREATE FUNCTION apply_dislike(signer bigint, activity jsonb, owner bigint)
RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN apply_rate(signer, activity, 'dislike');
END $$;

-- The rate is embedded, or named by its id. A like taken back after a dislike
-- took its place leaves that.
CREATE FUNCTION apply_undo_rate(signer bigint, activity jsonb, owner bigint)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	undone constant jsonb := (SELECT o
		FROM ap_list(activity -> 'object') o LIMIT 1);
	about bigint;
BEGIN
	IF jsonb_typeof(undone) = 'object' THEN
		about := known_video(ap_id(undone -> 'object'));
	END IF;
	DELETE FROM rate r USING account a
	WHERE a.id = r.account_id AND a.actor_id = signer
		AND (r.video_id = about OR r.url = ap_id(undone))
		AND r.rating = CASE WHEN jsonb_typeof(undone) <> 'object'
			THEN r.rating WHEN ap_type(undone) = 'Dislike'
			THEN 'dislike' ELSE 'like' END;
	RETURN CASE WHEN FOUND THEN 'rate undone' ELSE 'not here' END;
END $$;

GRANT SELECT ON rate TO cardume_ap;

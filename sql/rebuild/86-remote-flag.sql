-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Reports between servers (federation.md 1.7, 3.1): theirs about our people and
-- what these did become reports here, ours about theirs are sent there.

CREATE FUNCTION ap_context_flag() RETURNS json IMMUTABLE LANGUAGE sql AS $$
	SELECT '
	["https://www.w3.org/ns/activitystreams",
	"https://w3id.org/security/v1",
	{"RsaSignature2017":"https://w3id.org/security#RsaSignature2017"},
	{"pt":"https://joinpeertube.org/ns#","sc":"http://schema.org/",
	"Hashtag":"as:Hashtag",
	"startAt":{"@type":"sc:Number","@id":"pt:startAt"},
	"endAt":{"@type":"sc:Number","@id":"pt:endAt"}}]'::json
$$;

-- --- theirs ------------------------------------------------------------------

-- What is here of what a report names: videos of ours, comments of ours or on
-- those; an account alone where nothing of it is named. Mastodon names both in
-- one list.
CREATE FUNCTION flagged(objects jsonb) RETURNS TABLE (kind text,
	account_id bigint, video_id bigint, comment_id bigint)
STABLE LANGUAGE plpgsql AS $$
DECLARE
	urls constant text[] := (ap_ids(objects))[:50];
BEGIN
	RETURN QUERY
	SELECT 'video', h.account_id, v.id, NULL::bigint
	FROM video v JOIN channel h ON h.id = v.channel_id
	WHERE v.host_id IS NULL AND v.id IN (SELECT known_video(u)
		FROM unnest(urls) u)
	UNION ALL
	SELECT 'comment', c.account_id, NULL, c.id
	FROM comment c JOIN video v ON v.id = c.video_id
	WHERE c.deleted_at IS NULL AND (c.url IS NULL OR v.host_id IS NULL)
		AND c.id IN (SELECT comment_at(u) FROM unnest(urls) u);
	IF NOT FOUND THEN
		RETURN QUERY SELECT DISTINCT 'account', a.id, NULL::bigint,
			NULL::bigint
		FROM unnest(urls) u
		JOIN actor r ON r.id = our_actor(u)
		LEFT JOIN channel h ON h.actor_id = r.id
		JOIN account a ON a.id = h.account_id OR a.actor_id = r.id;
	END IF;
END $$;

-- Why, as text: what is not told to be Markdown came as HTML.
CREATE FUNCTION flag_words(activity jsonb) RETURNS text
IMMUTABLE LANGUAGE sql AS $$
	SELECT CASE WHEN char_length(w) >= 2 THEN w
		ELSE 'No reason was given.' END
	FROM (SELECT btrim(left(coalesce(CASE WHEN note_is_html(activity)
		THEN replace(replace(replace(replace(replace(regexp_replace(said,
			'<[^>]*>', ' ', 'g'), '&lt;', '<'), '&gt;', '>'),
			'&quot;', '"'), '&#39;', ''''), '&amp;', '&')
		ELSE said END, ''), 3000), E' \t\r\n') AS w
		FROM (SELECT ap_text(activity, 'content') AS said) c) t
$$;

CREATE FUNCTION flag_reasons(activity jsonb) RETURNS smallint[]
IMMUTABLE LANGUAGE sql AS $$
	SELECT coalesce(array_agg(DISTINCT nr::smallint)
		FILTER (WHERE nr IS NOT NULL), '{}')
	FROM ap_list(activity -> 'tag') t
	CROSS JOIN LATERAL (SELECT array_position(abuse_reasons(),
		CASE jsonb_typeof(t) WHEN 'object' THEN ap_text(t, 'name') END)
		AS nr) n
$$;

-- Seconds of the video; NULL where they are no part of it.
CREATE FUNCTION flag_time(activity jsonb, key text) RETURNS int
IMMUTABLE LANGUAGE sql AS $$
	SELECT CASE WHEN nr BETWEEN 0 AND 1000000 THEN nr::int END
	FROM (SELECT ap_number(activity, key) AS nr) n
$$;

-- Each is told to all moderators, so that a server may make a hundred an hour.
CREATE FUNCTION apply_flag(signer bigint, activity jsonb, owner bigint)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	told constant text := ap_id(activity -> 'id');
	reporter constant bigint := (SELECT a.id FROM account a
		WHERE a.actor_id = signer);
BEGIN
	IF reporter IS NULL THEN
		RETURN 'ignored: not by an account';
	ELSIF EXISTS (SELECT FROM abuse a
			WHERE a.url = told AND a.reporter_id = reporter) THEN
		RETURN 'known';
	ELSIF (SELECT count(*) FROM abuse a
			JOIN account c ON c.id = a.reporter_id
			JOIN actor r ON r.id = c.actor_id
			WHERE a.created_at > now() - interval '1 hour'
				AND r.host_id = (SELECT s.host_id FROM actor s
					WHERE s.id = signer)) >= 100 THEN
		PERFORM ap_refuse('these are many reports for an hour');
	END IF;
	INSERT INTO abuse (kind, reason, predefined_reasons, reporter_id,
		flagged_id, video_id, start_at, end_at, comment_id, url)
	SELECT f.kind, flag_words(activity), flag_reasons(activity), reporter,
		f.account_id, f.video_id,
		CASE f.kind WHEN 'video' THEN flag_time(activity, 'startAt') END,
		CASE f.kind WHEN 'video' THEN flag_time(activity, 'endAt') END,
		f.comment_id, told
	FROM flagged(activity -> 'object') f;
	RETURN CASE WHEN FOUND THEN 'report'
		ELSE 'ignored: about nothing here' END;
END $$;

-- --- ours --------------------------------------------------------------------

-- The id of what is reported. Mastodon looks for the account among what is
-- named; PeerTube takes nothing but one thing.
CREATE FUNCTION flag_object(a abuse, account text) RETURNS json
STABLE LANGUAGE plpgsql AS $$
DECLARE
	thing constant text := CASE a.kind
		WHEN 'video' THEN (SELECT video_url(v) FROM video v
			WHERE v.id = a.video_id)
		WHEN 'comment' THEN (SELECT c.url FROM comment c
			WHERE c.id = a.comment_id)
		ELSE account END;
BEGIN
	RETURN CASE WHEN a.kind = 'comment'
			AND thing NOT LIKE '%/videos/watch/%/comments/%'
		THEN json_build_array(account, thing) ELSE to_json(thing) END;
END $$;

-- A report of one of ours about one of theirs.
CREATE FUNCTION abuse_sent() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	PERFORM activity_send(r.id, json_strip_nulls(json_build_object(
		'@context', ap_context_flag(),
		'to', json_build_array(actor_id(f)), 'cc', '[]'::json,
		'id', origin() || '/admin/abuses/' || NEW.id,
		'actor', actor_id(r), 'type', 'Flag', 'content', NEW.reason,
		'mediaType', 'text/markdown',
		'object', flag_object(NEW, actor_id(f)),
		'tag', (SELECT coalesce(json_agg(json_build_object(
				'type', 'Hashtag', 'name', (abuse_reasons())[n])),
				'[]')
			FROM unnest(NEW.predefined_reasons) n),
		'startAt', NEW.start_at, 'endAt', NEW.end_at)), ARRAY[f.id])
	FROM account ra JOIN actor r ON r.id = ra.actor_id,
		account fa JOIN actor f ON f.id = fa.actor_id
	WHERE ra.id = NEW.reporter_id AND r.host_id IS NULL
		AND fa.id = NEW.flagged_id AND f.host_id IS NOT NULL;
	RETURN NULL;
END $$;
CREATE TRIGGER abuse_sent AFTER INSERT ON abuse
	FOR EACH ROW WHEN (NEW.url IS NULL) EXECUTE FUNCTION abuse_sent();

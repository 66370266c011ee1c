-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Reports, and what reporters and moderators write to each other about them.

-- Predefined reasons by their number, which is their place here.
CREATE FUNCTION abuse_reasons() RETURNS text[] IMMUTABLE LANGUAGE sql AS $$
	SELECT ARRAY['violentOrRepulsive', 'hatefulOrAbusive',
		'spamOrMisleading', 'privacy', 'rights', 'serverRules',
		'thumbnails', 'captions']
$$;

CREATE FUNCTION abuse_reason_number(name text) RETURNS smallint
IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
	place int := array_position(abuse_reasons(), name);
BEGIN
	IF place IS NULL THEN
		PERFORM refuse_field('predefinedReasons',
			'Should have valid predefined reasons');
	END IF;
	RETURN place;
END $$;

CREATE FUNCTION abuse_state(state smallint) RETURNS json
STABLE LANGUAGE sql AS $$
	SELECT enum(state::int, (ARRAY['Pending', 'Rejected', 'Accepted'])
		[state])
$$;

-- What is left of a video that goes while it is reported.
CREATE FUNCTION abuse_video_gone() RETURNS trigger
SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
BEGIN
	UPDATE abuse SET deleted_video = jsonb_build_object('id', OLD.id,
		'uuid', OLD.uuid, 'shortUUID', OLD.short_uuid,
		'name', OLD.name, 'nsfw', OLD.nsfw, 'channel', (SELECT c.face
			FROM channel c WHERE c.id = OLD.channel_id))
	WHERE video_id = OLD.id;
	RETURN OLD;
END $$;
CREATE TRIGGER abuse_video_gone BEFORE DELETE ON video
	FOR EACH ROW EXECUTE FUNCTION abuse_video_gone();

-- A report of one thing: a comment, a video or an account.
CREATE FUNCTION abuse_insert(viewer bigint, why text, reasons text[],
	named text, first int, last int, wanted_comment bigint,
	wanted_account bigint) RETURNS json LANGUAGE plpgsql AS $$
DECLARE
	v video;
	c comment;
	made abuse;
BEGIN
	IF last <= first THEN
		PERFORM refuse_field('video.endAt',
			'Should have a valid ending timestamp');
	END IF;
	-- each is mailed to all moderators
	IF (SELECT count(*) FROM abuse a WHERE a.reporter_id =
				account_of(viewer)
			AND a.created_at > now() - interval '1 hour') >= 100
	THEN
		PERFORM refuse('429', 'These are many reports for an hour.');
	END IF;
	IF num_nonnulls(named, wanted_comment, wanted_account) = 0 THEN
		PERFORM refuse('400',
			'A video, a comment or an account should be reported.');
	END IF;
	IF named IS NOT NULL THEN
		SELECT * INTO v FROM video WHERE id = video_id(named);
		IF v.id IS NULL OR video_access(v, viewer, true) = 'hidden' THEN
			PERFORM refuse('404', 'Video not found');
		END IF;
		made.kind := 'video';
		made.video_id := v.id;
		made.start_at := first;
		made.end_at := last;
		made.flagged_id := (SELECT h.account_id FROM channel h
			WHERE h.id = v.channel_id);
	ELSIF wanted_comment IS NOT NULL THEN
		SELECT * INTO c FROM comment WHERE id = wanted_comment;
		SELECT * INTO v FROM video WHERE id = c.video_id;
		IF c.id IS NULL OR c.deleted_at IS NOT NULL OR
				video_access(v, viewer, true) = 'hidden' OR
				(c.held_for_review AND
					NOT video_may_oversee(v, viewer)) THEN
			PERFORM refuse('404', 'Video comment not found');
		END IF;
		made.kind := 'comment';
		made.comment_id := c.id;
		made.flagged_id := c.account_id;
	ELSE
		made.kind := 'account';
		made.flagged_id := (SELECT id FROM account
			WHERE id = wanted_account);
		IF made.flagged_id IS NULL THEN
			PERFORM refuse('404', 'Account not found');
		END IF;
	END IF;
	INSERT INTO abuse (kind, reason, predefined_reasons, reporter_id,
		flagged_id, video_id, start_at, end_at, comment_id)
	VALUES (made.kind, why, ARRAY(SELECT DISTINCT abuse_reason_number(r)
			FROM unnest(reasons) r ORDER BY 1), account_of(viewer),
		made.flagged_id, made.video_id, made.start_at, made.end_at,
		made.comment_id)
	RETURNING id INTO made.id;
	RETURN json_build_object('abuse', json_build_object('id', made.id));
END $$;

-- The report, where the viewer made it or moderates.
CREATE FUNCTION abuse_found(wanted bigint, viewer bigint) RETURNS abuse
STABLE LANGUAGE plpgsql AS $$
DECLARE
	a abuse;
BEGIN
	SELECT * INTO a FROM abuse WHERE id = wanted;
	IF a.id IS NULL THEN
		PERFORM refuse('404', 'Abuse not found');
	ELSIF a.reporter_id IS DISTINCT FROM account_of(viewer)
			AND NOT is_moderator(viewer) THEN
		PERFORM refuse('403',
			'Only the reporter and moderators read this.');
	END IF;
	RETURN a;
END $$;

CREATE FUNCTION abuse_update(wanted bigint, viewer bigint, new_state smallint,
	note text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	a abuse := abuse_found(wanted, viewer);
BEGIN
	UPDATE abuse SET state = coalesce(new_state, state),
		moderation_comment = coalesce(note, moderation_comment),
		processed_at = CASE WHEN new_state > 1
			THEN coalesce(processed_at, now()) ELSE processed_at
			END,
		updated_at = now()
	WHERE id = a.id;
END $$;

CREATE FUNCTION abuse_delete(wanted bigint, viewer bigint) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	a abuse := abuse_found(wanted, viewer);
BEGIN
	DELETE FROM abuse WHERE id = a.id;
END $$;

CREATE FUNCTION abuse_message_insert(wanted bigint, viewer bigint, words text)
RETURNS json LANGUAGE plpgsql AS $$
DECLARE
	a abuse := abuse_found(wanted, viewer);
	me constant bigint := account_of(viewer);
	made bigint;
BEGIN
	IF a.messages >= 500 THEN
		PERFORM refuse('429', 'These are enough messages.');
	END IF;
	INSERT INTO abuse_message (abuse_id, account_id, message, by_moderator)
	VALUES (a.id, me, words, a.reporter_id IS DISTINCT FROM me)
	RETURNING id INTO made;
	UPDATE abuse SET messages = messages + 1 WHERE id = a.id;
	RETURN json_build_object('abuseMessage', json_build_object('id', made));
END $$;

CREATE FUNCTION abuse_message_delete(wanted bigint, viewer bigint,
	wanted_message bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	a abuse := abuse_found(wanted, viewer);
	m abuse_message;
BEGIN
	SELECT * INTO m FROM abuse_message x
	WHERE x.id = wanted_message AND x.abuse_id = a.id;
	IF m.id IS NULL THEN
		PERFORM refuse('404', 'Abuse message not found');
	ELSIF m.account_id IS DISTINCT FROM account_of(viewer)
			AND NOT is_moderator(viewer) THEN
		PERFORM refuse('403', 'Cannot delete this abuse message');
	END IF;
	DELETE FROM abuse_message WHERE id = m.id;
	UPDATE abuse SET messages = messages - 1 WHERE id = a.id;
END $$;

-- All of them: a talk between a few people.
CREATE FUNCTION abuse_messages(wanted bigint, viewer bigint) RETURNS json
STABLE LANGUAGE plpgsql AS $$
DECLARE
	a abuse := abuse_found(wanted, viewer);
BEGIN
	RETURN (SELECT listed(count(*), json_agg(json_build_object('id', m.id,
			'message', m.message, 'byModerator', m.by_moderator,
			'createdAt', iso(m.created_at), 'account', d.document)
			ORDER BY m.id))
		FROM abuse_message m
		LEFT JOIN account_document d ON d.id = m.account_id
		WHERE m.abuse_id = a.id);
END $$;

-- --- documents ---------------------------------------------------------------

-- A reported video; of one that is gone what was kept of it.
CREATE FUNCTION abuse_video(a abuse) RETURNS jsonb STABLE LANGUAGE plpgsql AS $$
DECLARE
	item constant jsonb := CASE WHEN a.video_id IS NOT NULL
		THEN video_items(ARRAY[a.video_id], false) -> 0 END;
BEGIN
	IF a.kind <> 'video' THEN
		RETURN NULL;
	END IF;
	RETURN jsonb_build_object('startAt', a.start_at, 'endAt', a.end_at,
		'deleted', item IS NULL,
		'blacklisted', coalesce((SELECT v.is_blocked FROM video v
			WHERE v.id = a.video_id), false),
		'thumbnails', coalesce(item -> 'thumbnails', '[]'),
		'thumbnailPath', item -> 'thumbnailPath') ||
		CASE WHEN item IS NULL THEN coalesce(a.deleted_video, '{}')
		ELSE jsonb_build_object('id', item -> 'id',
			'uuid', item -> 'uuid',
			'shortUUID', item -> 'shortUUID',
			'name', item -> 'name', 'nsfw', item -> 'nsfw',
			'channel', item -> 'channel') END;
END $$;

CREATE FUNCTION abuse_comment(a abuse) RETURNS jsonb
STABLE LANGUAGE plpgsql AS $$
BEGIN
	IF a.kind <> 'comment' THEN
		RETURN NULL;
	END IF;
	RETURN coalesce((SELECT jsonb_build_object('id', c.id,
			'threadId', coalesce(c.thread_id, c.id),
			'text', c.text, 'deleted', c.deleted_at IS NOT NULL,
			'video', jsonb_build_object('id', v.id,
				'uuid', v.uuid, 'shortUUID', v.short_uuid,
				'name', v.name))
		FROM comment c JOIN video v ON v.id = c.video_id
		WHERE c.id = a.comment_id),
		jsonb_build_object('id', a.comment_id,
			'threadId', a.comment_id, 'text', '', 'deleted', true,
			'video', NULL));
END $$;

-- Reports name videos and comments by numbers, which are no secrets: what a
-- number alone would not show is not told of for having been reported.
CREATE FUNCTION abuse_is_shown(a abuse, viewer bigint) RETURNS boolean
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN coalesce((SELECT video_access(v, viewer, false) = 'watch'
		FROM video v WHERE v.id = coalesce(a.video_id,
			(SELECT c.video_id FROM comment c
				WHERE c.id = a.comment_id))), true);
END $$;

-- What reporters are told of their reports.
CREATE FUNCTION abuse_document(a abuse, is_shown boolean) RETURNS jsonb
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN jsonb_build_object('id', a.id, 'reason', a.reason,
		'predefinedReasons', ARRAY(SELECT (abuse_reasons())[r]
			FROM unnest(a.predefined_reasons) r),
		'state', abuse_state(a.state),
		'flaggedAccount', (SELECT d.document FROM account_document d
			WHERE d.id = a.flagged_id),
		'video', CASE WHEN is_shown THEN abuse_video(a) END,
		'comment', CASE WHEN is_shown THEN abuse_comment(a) END,
		'countMessages', a.messages,
		'createdAt', iso(a.created_at),
		'updatedAt', iso(a.updated_at));
END $$;

-- What moderators are told besides. Reports are counted up to 1,000.
CREATE FUNCTION abuse_document_full(a abuse) RETURNS jsonb
STABLE LANGUAGE plpgsql AS $$
DECLARE
	made jsonb := abuse_document(a, true) || jsonb_build_object(
		'moderationComment', a.moderation_comment,
		'reporterAccount', (SELECT d.document FROM account_document d
			WHERE d.id = a.reporter_id),
		'countReportsForReporter', (SELECT count(*) FROM (SELECT
			FROM abuse o WHERE o.reporter_id = a.reporter_id
			LIMIT 1000) l),
		'countReportsForReportee', (SELECT count(*) FROM (SELECT
			FROM abuse o WHERE o.flagged_id = a.flagged_id
			LIMIT 1000) l));
BEGIN
	IF a.kind = 'video' THEN
		made := jsonb_set(made, '{video}', (made -> 'video') ||
			jsonb_build_object('countReports', (SELECT count(*)
				FROM (SELECT FROM abuse o
					WHERE o.video_id = a.video_id
					LIMIT 1000) l),
			'nthReport', (SELECT count(*) FROM (SELECT FROM abuse o
				WHERE o.video_id = a.video_id
					AND o.id <= a.id LIMIT 1000) l)));
	END IF;
	RETURN made;
END $$;

-- --- lists -------------------------------------------------------------------

-- Reports that are asked for; NULL: not asked for. Patterns are for ILIKE, and
-- are looked for in the latest 10,000 reports.
CREATE FUNCTION abuses_filtered(mine bigint, wanted bigint, new_state smallint,
	wanted_reason smallint, wanted_kind text, video_is text, words text,
	reporter text, reportee text, video text, channel text)
RETURNS SETOF abuse STABLE LANGUAGE sql AS $$
	SELECT a.* FROM abuse a
	WHERE (mine IS NULL OR a.reporter_id = mine)
	AND (wanted IS NULL OR a.id = wanted)
	AND (new_state IS NULL OR a.state = new_state)
	AND (wanted_reason IS NULL
		OR a.predefined_reasons @> ARRAY[wanted_reason])
	AND (wanted_kind IS NULL OR a.kind = wanted_kind)
	AND (video_is IS NULL OR a.kind = 'video' AND CASE video_is
		WHEN 'deleted' THEN a.video_id IS NULL
		ELSE EXISTS (SELECT FROM video_blacklist b
			WHERE b.video_id = a.video_id) END)
	AND (num_nonnulls(words, reporter, reportee, video, channel) = 0
		OR a.id >= coalesce((SELECT o.id FROM abuse o
			ORDER BY o.id DESC OFFSET 9999 LIMIT 1), 0))
	AND (reporter IS NULL OR EXISTS (SELECT
		FROM account c JOIN actor r ON r.id = c.actor_id
		WHERE c.id = a.reporter_id AND (r.name ILIKE reporter
			OR c.display_name ILIKE reporter)))
	AND (reportee IS NULL OR EXISTS (SELECT
		FROM account c JOIN actor r ON r.id = c.actor_id
		WHERE c.id = a.flagged_id AND (r.name ILIKE reportee
			OR c.display_name ILIKE reportee)))
	AND (video IS NULL OR a.deleted_video ->> 'name' ILIKE video
		OR EXISTS (SELECT FROM video v
			WHERE v.id = coalesce(a.video_id, (SELECT c.video_id
				FROM comment c WHERE c.id = a.comment_id))
			AND v.name ILIKE video))
	AND (channel IS NULL
		OR a.deleted_video -> 'channel' ->> 'displayName'
			ILIKE channel
		OR EXISTS (SELECT FROM video v
			JOIN channel h ON h.id = v.channel_id
			JOIN actor r ON r.id = h.actor_id
			WHERE v.id = a.video_id AND (r.name ILIKE channel
				OR h.display_name ILIKE channel)))
	AND (words IS NULL OR a.reason ILIKE words
		OR EXISTS (SELECT
		FROM account c JOIN actor r ON r.id = c.actor_id
		WHERE c.id = a.reporter_id AND (r.name ILIKE words
			OR c.display_name ILIKE words))
		OR EXISTS (SELECT
		FROM account c JOIN actor r ON r.id = c.actor_id
		WHERE c.id = a.flagged_id AND (r.name ILIKE words
			OR c.display_name ILIKE words))
		OR a.deleted_video ->> 'name' ILIKE words
		OR EXISTS (SELECT FROM video v
			WHERE v.id = coalesce(a.video_id, (SELECT c.video_id
				FROM comment c WHERE c.id = a.comment_id))
			AND v.name ILIKE words)
		OR a.deleted_video -> 'channel' ->> 'displayName'
			ILIKE words
		OR EXISTS (SELECT FROM video v
			JOIN channel h ON h.id = v.channel_id
			JOIN actor r ON r.id = h.actor_id
			WHERE v.id = a.video_id AND (r.name ILIKE words
				OR h.display_name ILIKE words)))
$$;

-- A page of them, and how many there are up to 10,000. `mine` NULL: for
-- moderators.
CREATE FUNCTION abuse_list(first int, nr int, sort text, mine bigint,
	wanted bigint DEFAULT NULL, new_state smallint DEFAULT NULL,
	reason text DEFAULT NULL, wanted_kind text DEFAULT NULL,
	video_is text DEFAULT NULL, words text DEFAULT NULL,
	reporter text DEFAULT NULL, reportee text DEFAULT NULL,
	video text DEFAULT NULL, channel text DEFAULT NULL) RETURNS json
STABLE LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan AS $$
DECLARE
	reader constant bigint := (SELECT c.user_id FROM account c
		WHERE c.id = mine);
	number constant smallint := CASE WHEN reason IS NOT NULL
		THEN abuse_reason_number(reason) END;
	ids bigint[];
	total bigint;
BEGIN
	ids := ARRAY(SELECT a.id FROM abuses_filtered(mine, wanted, new_state,
		number, wanted_kind, video_is, words, reporter, reportee,
		video, channel) a
	ORDER BY CASE WHEN sort = '-createdAt' THEN a.created_at END DESC,
		CASE WHEN sort = '-state' THEN a.state END DESC,
		CASE WHEN sort = '-state' THEN a.created_at END DESC,
		CASE WHEN sort LIKE '-%' THEN a.id END DESC,
		CASE WHEN sort = 'createdAt' THEN a.created_at END,
		CASE WHEN sort = 'state' THEN a.state END,
		CASE WHEN sort = 'state' THEN a.created_at END DESC,
		CASE WHEN sort = 'state' THEN a.id END DESC, a.id
	LIMIT nr OFFSET first);
	SELECT count(*) INTO total FROM (SELECT FROM abuses_filtered(mine,
		wanted, new_state, number, wanted_kind, video_is, words,
		reporter, reportee, video, channel) LIMIT 10000) limited;
	RETURN listed(total, (SELECT json_agg(CASE WHEN mine IS NULL
			THEN abuse_document_full(a)
			ELSE abuse_document(a, abuse_is_shown(a, reader)) END
			ORDER BY k.nr)
		FROM unnest(ids) WITH ORDINALITY k (id, nr)
		JOIN abuse a ON a.id = k.id));
END $$;

GRANT SELECT, INSERT, UPDATE, DELETE ON abuse, abuse_message TO cardume_api;

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What one was told of (76-notification.sql) as the API, its stream and mails
-- show it.

CREATE FUNCTION video_info(wanted bigint) RETURNS jsonb
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT jsonb_build_object('id', v.id, 'uuid', v.uuid,
		'shortUUID', v.short_uuid, 'name', v.name,
		'state', enum(v.state, (SELECT s.label FROM video_state s
			WHERE s.id = v.state)),
		'channel', h.face)
		FROM video v JOIN channel h ON h.id = v.channel_id
		WHERE v.id = wanted);
END $$;

CREATE FUNCTION notification_comment(wanted bigint) RETURNS jsonb
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT jsonb_build_object('id', c.id,
		'threadId', coalesce(c.thread_id, c.id),
		'heldForReview', c.held_for_review,
		'account', a.face, 'video', video_info(c.video_id))
		FROM comment c JOIN account a ON a.id = c.account_id
		WHERE c.id = wanted);
END $$;

CREATE FUNCTION notification_abuse(wanted bigint, who bigint) RETURNS jsonb
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT jsonb_strip_nulls(jsonb_build_object('id', a.id,
		'state', a.state,
		'video', CASE WHEN s THEN video_info(a.video_id) END,
		'account', CASE a.kind WHEN 'account' THEN f.face END)) ||
		CASE WHEN c.id IS NULL OR NOT s THEN '{}'
		ELSE jsonb_build_object('comment', jsonb_build_object(
			'threadId', coalesce(c.thread_id, c.id),
			'video', video_info(c.video_id))) END
		FROM abuse a
		LEFT JOIN account f ON f.id = a.flagged_id
		LEFT JOIN comment c ON c.id = a.comment_id
		CROSS JOIN LATERAL abuse_is_shown(a, who) s
		WHERE a.id = wanted);
END $$;

-- A follow has no number of its own: that of who follows stands for it.
CREATE FUNCTION notification_follow(follower bigint, target bigint)
RETURNS jsonb STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT jsonb_build_object('id', follower, 'state', w.state,
		'follower', f.face, 'following', jsonb_build_object(
			'type', CASE WHEN r.kind = 'Application' THEN 'instance'
				WHEN h.id IS NULL THEN 'account'
				ELSE 'channel' END,
			'name', username(r.name),
			'displayName', coalesce(h.display_name, a.display_name),
			'host', handle_host(r.name)))
		FROM follow w
		JOIN account f ON f.actor_id = w.follower_id
		JOIN actor r ON r.id = w.target_id
		LEFT JOIN channel h ON h.actor_id = r.id
		LEFT JOIN account a ON a.actor_id = r.id
		WHERE w.follower_id = follower AND w.target_id = target);
END $$;

-- What is not of its type is absent.
CREATE FUNCTION notification_document(n notification) RETURNS jsonb
STABLE LANGUAGE plpgsql AS $$
DECLARE
	made jsonb := jsonb_build_object('id', n.id, 'type', n.type,
		'read', n.is_read, 'createdAt', iso(n.created_at),
		'updatedAt', iso(n.updated_at));
	member text;
	value jsonb;
BEGIN
	CASE
	WHEN n.type = 1 THEN
		member := 'video';
		-- it may not be for everybody any more
		value := (SELECT video_info(v.id) FROM video v
			WHERE v.id = n.video_id AND video_access(v, n.user_id,
				true) = 'watch');
	WHEN n.type IN (5, 6) THEN
		member := 'video';
		value := video_info(n.video_id);
	WHEN n.type IN (4, 12) THEN
		member := 'videoBlacklist';
		value := jsonb_build_object('id', n.blacklist_id, 'video',
			video_info(n.video_id));
	WHEN n.type IN (2, 11) THEN
		member := 'comment';
		value := notification_comment(n.comment_id);
	WHEN n.type IN (3, 15, 16) THEN
		member := 'abuse';
		value := notification_abuse(n.abuse_id, n.user_id);
	WHEN n.type IN (10, 13, 14) THEN
		member := 'actorFollow';
		value := notification_follow(n.follower_id, n.target_id);
	WHEN n.type IN (23, 24, 25) THEN
		member := 'videoChannelCollaborator';
		value := notification_collaborator(n.collaborator_id);
	WHEN n.type IN (26, 27, 28, 29, 30, 31) THEN
		member := 'changeOwnership';
		value := notification_ownership(n.ownership_id);
	WHEN n.type = 9 THEN
		member := 'account';
		value := (SELECT a.face FROM account a
			WHERE a.id = n.account_id);
	WHEN n.type = 20 THEN
		member := 'registration';
		value := (SELECT jsonb_build_object('id', r.id,
				'username', r.username)
			FROM registration r WHERE r.id = n.registration_id);
	ELSE
		RETURN made;
	END CASE;
	RETURN CASE WHEN value IS NULL THEN made
		ELSE made || jsonb_build_object(member, value) END;
END $$;

-- The ids of a page; of each wanted type no more than that page could need, so
-- that rare ones are not looked for among all others. Unread ones first, the
-- latest first of each; backwards the other way round.
CREATE FUNCTION notifications_found(first int, nr int, sort text, who bigint,
	read boolean, types int[]) RETURNS bigint[]
STABLE LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan AS $$
BEGIN
	IF types IS NULL THEN
		RETURN ARRAY(SELECT x.id FROM notification x
			WHERE x.user_id = who
				AND (read IS NULL OR x.is_read = read)
			ORDER BY
				CASE sort WHEN '-read' THEN x.is_read END DESC,
				CASE sort WHEN 'read' THEN x.is_read END,
				CASE WHEN sort IN ('-createdAt', 'read')
					THEN x.created_at END DESC,
				CASE WHEN sort IN ('-createdAt', 'read')
					THEN x.id END DESC,
				x.created_at, x.id
			LIMIT nr OFFSET first);
	END IF;
	RETURN ARRAY(SELECT n.id
		FROM (SELECT DISTINCT type FROM unnest(types) type) t
		CROSS JOIN LATERAL (SELECT x.id, x.created_at, x.is_read
			FROM notification x
			WHERE x.user_id = who AND x.type = t.type
				AND (read IS NULL OR x.is_read = read)
			ORDER BY
				CASE sort WHEN '-read' THEN x.is_read END DESC,
				CASE sort WHEN 'read' THEN x.is_read END,
				CASE WHEN sort IN ('-createdAt', 'read')
					THEN x.created_at END DESC,
				CASE WHEN sort IN ('-createdAt', 'read')
					THEN x.id END DESC,
				x.created_at, x.id
			LIMIT first + nr) n
		ORDER BY CASE sort WHEN '-read' THEN n.is_read END DESC,
			CASE sort WHEN 'read' THEN n.is_read END,
			CASE WHEN sort IN ('-createdAt', 'read')
				THEN n.created_at END DESC,
			CASE WHEN sort IN ('-createdAt', 'read')
				THEN n.id END DESC,
			n.created_at, n.id
		LIMIT nr OFFSET first);
END $$;

CREATE FUNCTION notification_list(first int, nr int, sort text, who bigint,
	unread boolean, types int[]) RETURNS json
STABLE LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan AS $$
DECLARE
	read constant boolean := CASE WHEN unread THEN false END;
	total bigint;
BEGIN
	SELECT count(*) INTO total FROM (SELECT FROM notification x
		WHERE x.user_id = who AND (read IS NULL OR x.is_read = read)
			AND (types IS NULL OR x.type = ANY (types))
		LIMIT 10000) limited;
	RETURN listed(total, (SELECT json_agg(notification_document(n)
			ORDER BY k.nr)
		FROM unnest(notifications_found(first, nr, sort, who, read,
			types)) WITH ORDINALITY k (id, nr)
		JOIN notification n ON n.id = k.id));
END $$;

-- Those of these numbers that are the user's; NULL: all.
CREATE FUNCTION notification_read_write(who bigint, ids int[]) RETURNS void
LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan AS $$
BEGIN
	UPDATE notification n SET is_read = true, updated_at = now()
	WHERE n.user_id = who AND NOT n.is_read
		AND (ids IS NULL OR n.id = ANY (ids));
END $$;

-- Server-sent events (WHATWG HTML 9.2): what is new since `after`; NULL: only
-- where to go on from. At most 100, the rest at the next call.
CREATE FUNCTION notification_stream(who bigint, after bigint) RETURNS text
STABLE LANGUAGE plpgsql AS $$
BEGIN
	IF after IS NULL THEN
		RETURN E'retry: 10000\nid: ' || coalesce((SELECT max(n.id)
			FROM notification n WHERE n.user_id = who), 0) ||
			E'\n\n';
	END IF;
	RETURN E'retry: 10000\n\n' || coalesce((SELECT string_agg(
			'id: ' || n.id || E'\nevent: new-notification\ndata: '
			|| notification_document(n) || E'\n\n', '' ORDER BY n.id)
		FROM (SELECT * FROM notification x
			WHERE x.user_id = who AND x.id > after
			ORDER BY x.id LIMIT 100) n), '');
END $$;

GRANT SELECT, UPDATE ON notification TO cardume_api;

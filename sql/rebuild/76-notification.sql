-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What people are told of: rows that triggers make when something happens.
-- Who has very many followers is told of by job `notify`, not while the maker
-- waits.

-- --- settings ----------------------------------------------------------------

-- PeerTube's names and what a new user has: bits 1 web, 2 e-mail.
CREATE FUNCTION notification_defaults() RETURNS jsonb
IMMUTABLE LANGUAGE sql AS $$
	SELECT '{"newVideoFromSubscription": 1, "newCommentOnMyVideo": 1,
		"abuseAsModerator": 3, "videoAutoBlacklistAsModerator": 3,
		"blacklistOnMyVideo": 3, "myVideoPublished": 1,
		"myVideoImportFinished": 1, "commentMention": 1, "newFollow": 1,
		"newUserRegistration": 1, "newInstanceFollower": 1,
		"autoInstanceFollowing": 1, "abuseStateChange": 3,
		"abuseNewMessage": 3, "newPeerTubeVersion": 3,
		"newPluginVersion": 1, "myVideoStudioEditionFinished": 1,
		"myVideoTranscriptionGenerated": 1}'::jsonb
$$;

CREATE FUNCTION notification_settings(who bigint) RETURNS jsonb
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN notification_defaults() || coalesce((SELECT s.wanted
		FROM notification_setting s WHERE s.user_id = who), '{}');
END $$;

CREATE FUNCTION notification_settings_write(who bigint, sent jsonb)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	chosen constant jsonb := (SELECT jsonb_object_agg(d.key,
			(sent ->> d.key)::int)
		FROM jsonb_each(notification_defaults()) d);
BEGIN
	INSERT INTO notification_setting (user_id, wanted)
	VALUES (who, chosen)
	ON CONFLICT (user_id) DO UPDATE SET wanted = EXCLUDED.wanted;
END $$;

-- The setting that a type of notification goes by; NULL: always on the web.
CREATE FUNCTION notification_setting_of(type int) RETURNS text
IMMUTABLE LANGUAGE sql AS $$
	SELECT (ARRAY['newVideoFromSubscription', 'newCommentOnMyVideo',
		'abuseAsModerator', 'blacklistOnMyVideo', 'blacklistOnMyVideo',
		'myVideoPublished', 'myVideoImportFinished',
		'myVideoImportFinished', 'newUserRegistration', 'newFollow',
		'commentMention', 'videoAutoBlacklistAsModerator',
		'newInstanceFollower', 'autoInstanceFollowing',
		'abuseStateChange', 'abuseNewMessage', 'newPluginVersion',
		'newPeerTubeVersion', 'myVideoStudioEditionFinished',
		'newUserRegistration', 'newVideoFromSubscription',
		'myVideoTranscriptionGenerated'])[type]
$$;

-- --- making them -------------------------------------------------------------

CREATE FUNCTION moderators() RETURNS bigint[] STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN ARRAY(SELECT u.id FROM app_user u
		WHERE u.role <= 1 AND NOT u.is_blocked);
END $$;

-- The document of a mail (templates/mail/notification); NULL: there is none of
-- that type. Names are told on one line.
CREATE FUNCTION notification_mail(kind int, video bigint, comment bigint,
	abuse bigint, blacklist bigint, account bigint, registration bigint,
	follower bigint, target bigint)
RETURNS jsonb STABLE LANGUAGE plpgsql AS $$
DECLARE
	flag constant text := (jsonb_build_object(1, 'isNewVideo',
		2, 'isComment', 3, 'isReport', 4, 'isBlocked',
		5, 'isUnblocked', 6, 'isPublished', 9, 'isRegistration',
		10, 'isFollower', 11, 'isMention', 12, 'isToReview',
		13, 'isServerFollower', 14, 'isServerFollowed', 15, 'isDecided',
		16, 'isMessage', 20, 'isRegistration')) ->> kind::text;
	v video;
	who text;
BEGIN
	IF flag IS NULL THEN
		RETURN NULL;
	END IF;
	SELECT * INTO v FROM video x WHERE x.id = video;
	who := coalesce((SELECT r.username FROM registration r
			WHERE r.id = registration),
		(SELECT c.display_name FROM account c WHERE c.id = account),
		(SELECT handle_host(a.name) FROM actor a WHERE a.id = CASE
			notification_mail.kind WHEN 13 THEN follower
			WHEN 14 THEN target END));
	RETURN jsonb_build_object(flag, true,
		'name', translate(coalesce(v.name, who, ''), E'\r\n', '  '),
		'path', coalesce('/w/' || v.short_uuid ||
			coalesce('#comment-' || comment, ''), CASE kind
			WHEN 13 THEN '/admin/settings/follows/followers-list'
			WHEN 14 THEN '/admin/settings/follows/following-list'
			END, '/'),
		'isPending', kind = 13 AND EXISTS (SELECT FROM follow f
			WHERE f.follower_id = follower AND f.target_id = target
				AND f.state = 'pending'),
		'wordsAreHtml', kind IN (2, 11) AND (SELECT c.is_html FROM comment c
			WHERE c.id = comment),
		'words', CASE WHEN kind = 3 THEN (SELECT a.reason FROM abuse a
				WHERE a.id = abuse)
			WHEN kind IN (2, 11) THEN (SELECT c.text FROM comment c
				WHERE c.id = comment)
			WHEN kind = 4 THEN (SELECT b.reason
				FROM video_blacklist b WHERE b.id = blacklist)
			WHEN kind = 16 THEN (SELECT m.message
				FROM abuse_message m WHERE m.abuse_id = abuse
				ORDER BY m.id DESC LIMIT 1) END);
END $$;

-- Tells these users, where they want it. `account` is whose doing it is: of
-- whom one muted one is not told.
CREATE FUNCTION notify_write(users bigint[], kind int,
	video bigint DEFAULT NULL, comment bigint DEFAULT NULL,
	abuse bigint DEFAULT NULL, blacklist bigint DEFAULT NULL,
	account bigint DEFAULT NULL, follower bigint DEFAULT NULL,
	target bigint DEFAULT NULL, registration bigint DEFAULT NULL,
	collaborator bigint DEFAULT NULL, ownership bigint DEFAULT NULL)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	key constant text := notification_setting_of(kind);
	usual constant int := coalesce((notification_defaults() ->> key)::int,
		1);
	heard bigint[];
BEGIN
	heard := ARRAY(SELECT DISTINCT id FROM unnest(users) id
		WHERE id IS NOT NULL AND NOT (account IS NOT NULL AND kind IN (1, 2, 10, 11,
			23, 26, 29)
			AND is_muted(id, account)));
	INSERT INTO notification (user_id, type, video_id, comment_id, abuse_id,
		blacklist_id, account_id, follower_id, target_id,
		registration_id, collaborator_id, ownership_id)
	SELECT u.id, kind, video, comment, abuse, blacklist, account, follower,
		target, registration, collaborator, ownership
	FROM unnest(heard) u (id)
	LEFT JOIN notification_setting s ON s.user_id = u.id
	WHERE coalesce((s.wanted ->> key)::int, usual) & 1 = 1;
	IF NOT is_mail_on() THEN
		RETURN;
	END IF;
	PERFORM mail_write(u.email, 'notification', m.document ||
		jsonb_build_object('username', r.name), NULL, u.language)
	FROM (SELECT notification_mail(kind, video, comment, abuse, blacklist,
		account, registration, follower, target) AS document) m
	CROSS JOIN unnest(heard) h (id)
	JOIN app_user u ON u.id = h.id
	JOIN account c ON c.user_id = u.id
	JOIN actor r ON r.id = c.actor_id
	LEFT JOIN notification_setting s ON s.user_id = u.id
	WHERE m.document IS NOT NULL AND NOT u.is_blocked
		AND u.is_email_verified IS NOT FALSE
		AND coalesce((s.wanted ->> key)::int, usual) & 2 = 2;
END $$;
REVOKE ALL ON FUNCTION notify_write FROM PUBLIC;

-- Job `notify`: the subscribers of a channel of a new video, each once.
CREATE FUNCTION notify_subscribers_write(video bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	PERFORM notify_write(array_agg(f.user_id), 1, video => v.id,
		account => v.account_id)
	FROM (SELECT v.id, h.actor_id, h.account_id FROM video v
		JOIN channel h ON h.id = v.channel_id
		WHERE v.id = video AND video_is_listed(v)) v
	JOIN follow w ON w.target_id = v.actor_id AND w.state = 'accepted'
	JOIN account f ON f.actor_id = w.follower_id
	WHERE f.user_id IS NOT NULL AND NOT EXISTS (SELECT
		FROM notification n WHERE n.video_id = v.id AND n.type = 1
			AND n.user_id = f.user_id)
	GROUP BY v.id, v.account_id;
END $$;
REVOKE ALL ON FUNCTION notify_subscribers_write FROM PUBLIC;
GRANT EXECUTE ON FUNCTION notify_subscribers_write TO cardume_worker;

-- A video that everybody may see from now on, also another server's unless it
-- is an old one that only now came here; one's own that has been made ready.
CREATE FUNCTION notify_video() RETURNS trigger
SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
BEGIN
	IF video_is_listed(NEW) AND (TG_OP = 'INSERT' OR
			NOT video_is_listed(OLD)) AND (NEW.host_id IS NULL
			OR NEW.published_at > now() - interval '2 days')
			AND EXISTS (SELECT
			FROM channel h JOIN follow w ON w.target_id = h.actor_id
			WHERE h.id = NEW.channel_id) THEN
		INSERT INTO job (queue, max_attempt, payload, uniq)
		VALUES (14, 5, jsonb_build_object('videoId', NEW.id),
			'notify ' || NEW.id)
		ON CONFLICT (uniq) WHERE uniq IS NOT NULL
			AND state IN (0, 2, 3)
		DO UPDATE SET run_at = least(job.run_at, EXCLUDED.run_at);
	END IF;
	IF TG_OP = 'UPDATE' AND OLD.state = 2 AND OLD.wait_transcoding
			AND NEW.is_published THEN
		PERFORM notify_write(ARRAY[video_owner(NEW)], 6,
			video => NEW.id);
	END IF;
	RETURN NULL;
END $$;
CREATE TRIGGER notify_video AFTER INSERT OR UPDATE OF privacy, state,
	wait_transcoding, is_blocked ON video
	FOR EACH ROW EXECUTE FUNCTION notify_video();

CREATE FUNCTION notify_comment() RETURNS trigger
SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
BEGIN
	PERFORM notify_write(ARRAY[o.user_id], 2, video => NEW.video_id,
		comment => NEW.id, account => NEW.account_id)
	FROM channel h JOIN account o ON o.id = h.account_id
	WHERE h.id = NEW.channel_id AND o.id <> NEW.account_id;
	RETURN NULL;
END $$;
CREATE TRIGGER notify_comment AFTER INSERT ON comment
	FOR EACH ROW EXECUTE FUNCTION notify_comment();
-- other words that wait for the owner
CREATE TRIGGER notify_comment_held AFTER UPDATE OF held_for_review ON comment
	FOR EACH ROW WHEN (NEW.held_for_review AND NOT OLD.held_for_review)
	EXECUTE FUNCTION notify_comment();

-- The actors that a comment mentions.
CREATE FUNCTION comment_mentions(c comment) RETURNS bigint[]
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN CASE WHEN c.url IS NULL THEN actors_mentioned(c.text)
		ELSE coalesce(c.mentions, '{}') END;
END $$;

-- Whoever is mentioned by an account or channel and may see the video, once;
-- its owner is told of any comment.
CREATE FUNCTION notify_mention() RETURNS trigger
SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
DECLARE
	named constant bigint[] := comment_mentions(NEW);
	before bigint[] := '{}';
BEGIN
	IF TG_OP = 'UPDATE' AND NOT OLD.held_for_review THEN
		before := comment_mentions(OLD);
	END IF;
	PERFORM notify_write(array_agg(p.user_id), 11, video => v.id,
		comment => NEW.id, account => NEW.account_id)
	FROM unnest(named) n (id)
	LEFT JOIN channel h ON h.actor_id = n.id
	JOIN account p ON p.actor_id = n.id OR p.id = h.account_id
	JOIN video v ON v.id = NEW.video_id
	WHERE n.id <> ALL (before) AND p.id <> NEW.account_id
		AND p.user_id IS DISTINCT FROM video_owner(v)
		AND video_access(v, p.user_id, true) = 'watch'
		AND NOT EXISTS (SELECT FROM notification t WHERE t.type = 11
			AND t.user_id = p.user_id AND t.comment_id = NEW.id)
	GROUP BY v.id;
	RETURN NULL;
END $$;
CREATE TRIGGER notify_mention AFTER INSERT ON comment
	FOR EACH ROW WHEN (NOT NEW.held_for_review)
	EXECUTE FUNCTION notify_mention();
CREATE TRIGGER notify_mention_changed
	AFTER UPDATE OF held_for_review, edited_at, mentions ON comment
	FOR EACH ROW WHEN (NOT NEW.held_for_review AND NEW.deleted_at IS NULL
		AND (OLD.held_for_review
			OR OLD.edited_at IS DISTINCT FROM NEW.edited_at
			OR OLD.mentions IS DISTINCT FROM NEW.mentions))
	EXECUTE FUNCTION notify_mention();

CREATE FUNCTION notify_comment_gone() RETURNS trigger
SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM notification WHERE comment_id = OLD.id;
	RETURN NULL;
END $$;
CREATE TRIGGER notify_comment_gone AFTER UPDATE OF deleted_at ON comment
	FOR EACH ROW WHEN (NEW.deleted_at IS NOT NULL)
	EXECUTE FUNCTION notify_comment_gone();

CREATE FUNCTION notify_abuse() RETURNS trigger
SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'INSERT' THEN
		PERFORM notify_write(moderators(), 3, abuse => NEW.id);
	ELSE
		PERFORM notify_write(ARRAY[r.user_id], 15, abuse => NEW.id)
		FROM account r
		WHERE r.id = NEW.reporter_id AND r.user_id IS NOT NULL;
	END IF;
	RETURN NULL;
END $$;
CREATE TRIGGER notify_abuse AFTER INSERT ON abuse
	FOR EACH ROW EXECUTE FUNCTION notify_abuse();
CREATE TRIGGER notify_abuse_state AFTER UPDATE OF state ON abuse
	FOR EACH ROW WHEN (OLD.state <> NEW.state)
	EXECUTE FUNCTION notify_abuse();

-- The reporter is told of what moderators write, and they of the reporter's.
CREATE FUNCTION notify_abuse_message() RETURNS trigger
SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
BEGIN
	PERFORM notify_write(array_remove(CASE WHEN NEW.by_moderator
			THEN ARRAY[r.user_id] ELSE moderators() END,
			w.user_id), 16, abuse => a.id)
	FROM abuse a
	LEFT JOIN account r ON r.id = a.reporter_id
	LEFT JOIN account w ON w.id = NEW.account_id
	WHERE a.id = NEW.abuse_id
		AND NOT (NEW.by_moderator AND r.user_id IS NULL);
	RETURN NULL;
END $$;
CREATE TRIGGER notify_abuse_message AFTER INSERT ON abuse_message
	FOR EACH ROW EXECUTE FUNCTION notify_abuse_message();

-- A block tells the maker, one that waits for a look the moderators; the end
-- of the latter is the video's publication.
CREATE FUNCTION notify_blacklist() RETURNS trigger
SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
DECLARE
	v video;
BEGIN
	SELECT * INTO v FROM video WHERE id = (CASE TG_OP WHEN 'DELETE' THEN OLD
		ELSE NEW END).video_id;
	IF v.id IS NULL THEN
		RETURN NULL;
	ELSIF TG_OP = 'INSERT' AND NEW.type = 2 THEN
		PERFORM notify_write(moderators(), 12, video => v.id,
			blacklist => NEW.id);
	ELSIF TG_OP = 'INSERT' THEN
		PERFORM notify_write(ARRAY[video_owner(v)], 4, video => v.id,
			blacklist => NEW.id);
	ELSE
		PERFORM notify_write(ARRAY[video_owner(v)],
			CASE OLD.type WHEN 2 THEN 6 ELSE 5 END,
			video => v.id);
	END IF;
	RETURN NULL;
END $$;
CREATE TRIGGER notify_blacklist AFTER INSERT OR DELETE ON video_blacklist
	FOR EACH ROW EXECUTE FUNCTION notify_blacklist();

-- Whoever is followed: a channel's or an account's owner, once, however often
-- somebody comes and goes.
CREATE FUNCTION notify_follow() RETURNS trigger
SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
BEGIN
	PERFORM notify_write(ARRAY[o.user_id], 10, account => f.id,
		follower => NEW.follower_id, target => NEW.target_id)
	FROM account f
	JOIN account o ON o.id <> f.id AND o.user_id IS NOT NULL
		AND o.id = coalesce((SELECT h.account_id FROM channel h
				WHERE h.actor_id = NEW.target_id),
			(SELECT a.id FROM account a
				WHERE a.actor_id = NEW.target_id))
	WHERE f.actor_id = NEW.follower_id AND NOT EXISTS (SELECT
		FROM notification n WHERE n.follower_id = NEW.follower_id
			AND n.target_id = NEW.target_id AND n.type = 10);
	RETURN NULL;
END $$;
CREATE TRIGGER notify_follow AFTER INSERT ON follow
	FOR EACH ROW WHEN (NEW.state = 'accepted')
	EXECUTE FUNCTION notify_follow();
-- (One that has rested while its server was muted is no news.)
CREATE TRIGGER notify_follow_accepted AFTER UPDATE OF state ON follow
	FOR EACH ROW WHEN (NEW.state = 'accepted' AND OLD.state <> NEW.state
		AND OLD.updated_at < NEW.updated_at)
	EXECUTE FUNCTION notify_follow();

-- Moderators: of somebody who signed up, or would like to.
CREATE FUNCTION notify_registered_write(who bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	PERFORM notify_write(moderators(), 9, account => account_of(who));
END $$;
REVOKE ALL ON FUNCTION notify_registered_write FROM PUBLIC;

CREATE FUNCTION notify_registration() RETURNS trigger
SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
BEGIN
	PERFORM notify_write(moderators(), 20, registration => NEW.id);
	RETURN NULL;
END $$;
CREATE TRIGGER notify_registration AFTER INSERT ON registration
	FOR EACH ROW EXECUTE FUNCTION notify_registration();

CREATE FUNCTION notify_registration_gone() RETURNS trigger
SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM notification
	WHERE registration_id = OLD.id AND type = 20
		AND user_id = ANY (moderators());
	RETURN NULL;
END $$;
CREATE TRIGGER notify_registration_gone AFTER DELETE ON registration
	FOR EACH ROW EXECUTE FUNCTION notify_registration_gone();

GRANT SELECT, INSERT, UPDATE ON notification_setting TO cardume_api;

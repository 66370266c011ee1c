-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Videos and channels that their owner offers to somebody else. Only who is to
-- own them answers; till then the owner may take the offer back.

CREATE FUNCTION ownership_state(id int) RETURNS json
IMMUTABLE LANGUAGE sql AS $$
	SELECT json_build_object('id', id, 'label',
		(ARRAY['Pending', 'Rejected', 'Accepted'])[id])
$$;

CREATE FUNCTION ownership_document(o ownership_change) RETURNS jsonb
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN jsonb_build_object('id', o.id,
		'state', ownership_state(o.state),
		'status', (ARRAY['WAITING', 'REFUSED', 'ACCEPTED'])[o.state],
		'initiatorAccount', (SELECT d.document FROM account_document d
			WHERE d.id = o.initiator_id),
		'nextOwnerAccount', (SELECT d.document FROM account_document d
			WHERE d.id = o.next_id),
		'video', (SELECT jsonb_build_object('id', v.id,
				'uuid', v.uuid, 'shortUUID', v.short_uuid,
				'name', v.name, 'url',
				origin() || '/videos/watch/' || v.uuid)
			FROM video v WHERE v.id = o.video_id),
		'videoChannel', (SELECT c.face FROM channel c
			WHERE c.id = o.channel_id),
		'createdAt', iso(o.created_at));
END $$;

CREATE FUNCTION ownerships_listed(total bigint, ids bigint[]) RETURNS json
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN listed(total, (SELECT json_agg(ownership_document(o)
			ORDER BY k.nr)
		FROM unnest(ids) WITH ORDINALITY k (id, nr)
		JOIN ownership_change o ON o.id = k.id));
END $$;

-- What was offered to the viewer.
CREATE FUNCTION ownership_offered(kind text, viewer bigint, first int, nr int,
	sort text) RETURNS json
STABLE LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan AS $$
DECLARE
	mine constant bigint := account_of(viewer);
	is_channel constant boolean := kind = 'channel';
	total bigint;
BEGIN
	SELECT count(*) INTO total FROM (SELECT FROM ownership_change o
		WHERE o.next_id = mine AND (o.video_id IS NULL) = is_channel
		LIMIT 10000) limited;
	RETURN ownerships_listed(total, ARRAY(SELECT o.id
		FROM ownership_change o
		WHERE o.next_id = mine AND (o.video_id IS NULL) = is_channel
		ORDER BY
			CASE sort WHEN '-createdAt' THEN o.created_at END DESC,
			CASE sort WHEN '-createdAt' THEN o.id END DESC,
			o.created_at, o.id
		LIMIT nr OFFSET first));
END $$;

-- To whom a thing was offered.
CREATE FUNCTION ownership_of(video bigint, channel bigint, first int, nr int,
	sort text, wanted int) RETURNS json
STABLE LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan AS $$
DECLARE
	total bigint;
BEGIN
	SELECT count(*) INTO total FROM (SELECT FROM ownership_change o
		WHERE (o.video_id = video OR o.channel_id = channel)
			AND (wanted IS NULL OR o.state = wanted)
		LIMIT 10000) limited;
	RETURN ownerships_listed(total, ARRAY(SELECT o.id
		FROM ownership_change o
		WHERE (o.video_id = video OR o.channel_id = channel)
			AND (wanted IS NULL OR o.state = wanted)
		ORDER BY
			CASE sort WHEN '-createdAt' THEN o.created_at END DESC,
			CASE sort WHEN '-createdAt' THEN o.id END DESC,
			o.created_at, o.id
		LIMIT nr OFFSET first));
END $$;

-- To give away is for owners, and for admins: moderators look after things, and
-- do not come to own them.
CREATE FUNCTION may_give(viewer bigint, owner bigint) RETURNS boolean
STABLE LANGUAGE sql AS $$
	SELECT viewer IS NOT DISTINCT FROM owner OR EXISTS (SELECT FROM app_user
		WHERE id = viewer AND role = 0 AND NOT is_blocked)
$$;

-- The id of a video that the viewer may give away: 404 where it is hidden.
CREATE FUNCTION video_ruled(named text, viewer bigint) RETURNS bigint
STABLE LANGUAGE plpgsql AS $$
DECLARE
	v video;
BEGIN
	SELECT * INTO v FROM video WHERE id = video_edited(named, viewer);
	IF NOT may_give(viewer, video_owner(v)) THEN
		PERFORM refuse('403', 'This video belongs to somebody else.');
	END IF;
	RETURN v.id;
END $$;

CREATE FUNCTION ownership_of_video(named text, viewer bigint, first int,
	nr int, sort text, wanted int) RETURNS json
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN ownership_of(video_ruled(named, viewer), NULL, first, nr, sort,
		wanted);
END $$;

CREATE FUNCTION ownership_of_channel(named text, viewer bigint, first int,
	nr int, sort text, wanted int) RETURNS json
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN ownership_of(NULL, channel_ruled(named, viewer), first, nr, sort,
		wanted);
END $$;

-- --- offering ------------------------------------------------------------------

-- The row of the thing is locked by the caller. The same offer again is none;
-- false then.
CREATE FUNCTION ownership_offer_write(video bigint, channel bigint,
	wanted text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	home constant bigint := (SELECT c.account_id FROM channel c
		WHERE c.id = coalesce(channel, (SELECT v.channel_id
			FROM video v WHERE v.id = video)));
	heir constant bigint := (SELECT a.id FROM account a
		JOIN actor r ON r.id = a.actor_id
		WHERE r.name = lower(wanted) AND a.user_id IS NOT NULL);
	pending ownership_change;
BEGIN
	IF heir IS NULL THEN
		PERFORM refuse_field('username',
			'Should be the name of an account of this instance');
	ELSIF heir = home THEN
		PERFORM refuse_field('username',
			'Should be somebody else''s account');
	END IF;
	SELECT * INTO pending FROM ownership_change o
	WHERE o.state = 1 AND (o.video_id = video OR o.channel_id = channel);
	IF pending.next_id <> heir THEN
		PERFORM refuse('400', 'This was offered to somebody else, who'
			' has not answered yet.');
	ELSIF pending.id IS NULL THEN
		INSERT INTO ownership_change (video_id, channel_id,
			initiator_id, next_id)
		VALUES (video, channel, home, heir);
	END IF;
	RETURN heir;
END $$;

CREATE FUNCTION ownership_give_video(named text, viewer bigint, wanted text)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	video constant bigint := video_ruled(named, viewer);
	heir bigint;
BEGIN
	PERFORM FROM video v WHERE v.id = video FOR NO KEY UPDATE;
	heir := ownership_offer_write(video, NULL, wanted);
	PERFORM video_act_write(video, viewer, 12, heir);
	RETURN '';
END $$;

CREATE FUNCTION is_last_channel(channel bigint) RETURNS boolean
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT count(*) FROM channel c JOIN channel o
		ON o.account_id = c.account_id WHERE c.id = channel) < 2;
END $$;

CREATE FUNCTION ownership_give_channel(named text, viewer bigint, wanted text)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	channel constant bigint := channel_ruled(named, viewer);
	heir bigint;
BEGIN
	IF NOT may_give(viewer, channel_owner(channel)) THEN
		PERFORM refuse('403', 'This channel belongs to somebody else.');
	END IF;
	PERFORM FROM channel c WHERE c.id = channel FOR NO KEY UPDATE;
	IF is_last_channel(channel) THEN
		PERFORM refuse('400', 'The last channel of an account cannot'
			' be given away.');
	END IF;
	heir := ownership_offer_write(NULL, channel, wanted);
	PERFORM channel_act_write(channel, viewer, 12, 3, account => heir);
	RETURN '';
END $$;

-- --- answering -----------------------------------------------------------------

-- An offer that nobody has answered, locked; 404 where there is none, 403.
CREATE FUNCTION ownership_pending_write(kind text, wanted bigint)
RETURNS ownership_change LANGUAGE plpgsql AS $$
DECLARE
	o ownership_change;
BEGIN
	SELECT * INTO o FROM ownership_change c
	WHERE c.id = wanted AND (c.video_id IS NULL) = (kind = 'channel')
	FOR UPDATE;
	IF NOT FOUND THEN
		PERFORM refuse('404', 'Ownership change not found');
	END IF;
	RETURN o;
END $$;

CREATE FUNCTION ownership_mine_write(kind text, wanted bigint, viewer bigint)
RETURNS ownership_change LANGUAGE plpgsql AS $$
DECLARE
	o constant ownership_change := ownership_pending_write(kind, wanted);
BEGIN
	IF o.next_id IS DISTINCT FROM account_of(viewer) THEN
		PERFORM refuse('403', 'This was offered to somebody else.');
	ELSIF o.state <> 1 THEN
		PERFORM refuse('403', 'This was answered before.');
	END IF;
	RETURN o;
END $$;

CREATE FUNCTION ownership_act_write(o ownership_change, viewer bigint,
	act int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	IF o.video_id IS NOT NULL THEN
		PERFORM video_act_write(o.video_id, viewer, act, o.next_id);
	ELSE
		PERFORM channel_act_write(o.channel_id, viewer, act, 3,
			account => o.next_id);
	END IF;
END $$;

CREATE FUNCTION ownership_refuse(kind text, wanted bigint, viewer bigint)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	o constant ownership_change := ownership_mine_write(kind, wanted,
		viewer);
BEGIN
	UPDATE ownership_change SET state = 2 WHERE id = o.id;
	PERFORM ownership_act_write(o, viewer, 14);
	RETURN '';
END $$;

CREATE FUNCTION ownership_cancel(kind text, wanted bigint, viewer bigint)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	o constant ownership_change := ownership_pending_write(kind, wanted);
BEGIN
	IF NOT may_act_for(viewer, (SELECT a.user_id FROM account a
			WHERE a.id = o.initiator_id)) THEN
		PERFORM refuse('403', 'Somebody else made this offer.');
	ELSIF o.state <> 1 THEN
		PERFORM refuse('403', 'This was answered before.');
	END IF;
	PERFORM ownership_act_write(o, viewer, 16);
	DELETE FROM ownership_change WHERE id = o.id;
	RETURN '';
END $$;

-- Refuses what is too much for the quota of who is to have these videos.
CREATE FUNCTION ownership_quota(who bigint, videos bigint[]) RETURNS void
STABLE LANGUAGE plpgsql AS $$
DECLARE
	quota constant bigint := (SELECT u.video_quota FROM app_user u
		WHERE u.id = who);
	bytes bigint;
BEGIN
	IF quota < 0 THEN
		RETURN;
	END IF;
	bytes := coalesce((SELECT sum(f.size) FROM video_file f
			WHERE f.video_id = ANY (videos)), 0) +
		coalesce((SELECT sum(s.size) FROM video_source s
			JOIN video v ON v.id = s.video_id
			WHERE v.id = ANY (videos)
				AND (s.is_kept OR v.state <> 1)), 0);
	IF user_quota_used(who, '-infinity') + bytes > quota THEN
		PERFORM refuse('413', 'The user video quota is exceeded with'
			' this video.', 'quota_reached');
	END IF;
END $$;

CREATE FUNCTION ownership_accept_video(wanted bigint, viewer bigint,
	home bigint) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	o constant ownership_change := ownership_mine_write('video', wanted,
		viewer);
	owner constant bigint := channel_owner(home);
BEGIN
	IF owner IS NULL THEN
		PERFORM refuse('404', 'Video channel not found');
	ELSIF owner <> viewer THEN
		PERFORM refuse('403', 'This channel belongs to somebody else.');
	END IF;
	PERFORM pg_advisory_xact_lock(1, (viewer % 2147483647)::int);
	PERFORM ownership_quota(viewer, ARRAY[o.video_id]);
	PERFORM ownership_act_write(o, viewer, 10);
	UPDATE video SET channel_id = home, updated_at = now()
	WHERE id = o.video_id;
	UPDATE ownership_change SET state = 3 WHERE id = o.id;
	PERFORM ownership_act_write(o, viewer, 13);
	RETURN '';
END $$;

-- All that was said of the channel's next owner before is settled with it. Its
-- playlists go along, offers of its videos do not: they were its old owner's.
CREATE FUNCTION channel_move_write(channel bigint, home bigint) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM channel_collaborator k
	WHERE k.channel_id = channel AND k.account_id = home;
	DELETE FROM ownership_change o USING video v
	WHERE v.channel_id = channel AND o.video_id = v.id AND o.state = 1;
	UPDATE channel c SET account_id = home WHERE c.id = channel;
	UPDATE playlist p SET account_id = home WHERE p.channel_id = channel;
	-- their documents name the account
	UPDATE video v SET channel_id = v.channel_id
	WHERE v.channel_id = channel;
END $$;

CREATE FUNCTION ownership_accept_channel(wanted bigint, viewer bigint)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	o constant ownership_change := ownership_mine_write('channel', wanted,
		viewer);
BEGIN
	PERFORM FROM account a WHERE a.id IN (o.initiator_id, o.next_id)
	ORDER BY a.id FOR NO KEY UPDATE;
	PERFORM pg_advisory_xact_lock(1, (viewer % 2147483647)::int);
	IF is_last_channel(o.channel_id) THEN
		PERFORM refuse('409', 'The last channel of an account cannot'
			' be given away.');
	ELSIF (SELECT count(*) FROM channel c WHERE c.account_id = o.next_id)
			>= coalesce(setting('user.channels_max')::int, 20) THEN
		PERFORM refuse('409', 'You have as many channels as one may'
			' have here.');
	END IF;
	PERFORM ownership_quota(viewer, ARRAY(SELECT v.id FROM video v
		WHERE v.channel_id = o.channel_id));
	PERFORM channel_move_write(o.channel_id, o.next_id);
	UPDATE ownership_change SET state = 3 WHERE id = o.id;
	PERFORM ownership_act_write(o, viewer, 13);
	RETURN '';
END $$;

-- Who is to own it is told of the offer, who owned it of the answer.
CREATE FUNCTION notify_ownership() RETURNS trigger
SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
BEGIN
	PERFORM notify_write(ARRAY(SELECT a.user_id FROM account a
			WHERE a.user_id IS NOT NULL AND a.id =
				CASE NEW.state WHEN 1 THEN NEW.next_id
				ELSE NEW.initiator_id END),
		CASE WHEN NEW.video_id IS NULL THEN 29 ELSE 26 END +
			(ARRAY[0, 2, 1])[NEW.state],
		account => CASE NEW.state WHEN 1 THEN NEW.initiator_id
			ELSE NEW.next_id END,
		ownership => NEW.id);
	RETURN NULL;
END $$;
CREATE TRIGGER notify_ownership AFTER INSERT ON ownership_change
	FOR EACH ROW EXECUTE FUNCTION notify_ownership();
CREATE TRIGGER notify_ownership_state AFTER UPDATE OF state ON ownership_change
	FOR EACH ROW WHEN (OLD.state <> NEW.state)
	EXECUTE FUNCTION notify_ownership();

CREATE FUNCTION notification_ownership(wanted bigint) RETURNS jsonb
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT jsonb_build_object('id', o.id,
		'state', ownership_state(o.state),
		'initiatorAccount', i.face, 'nextOwnerAccount', n.face)
		|| CASE WHEN o.video_id IS NULL
			THEN jsonb_build_object('channel', (SELECT c.face
				FROM channel c WHERE c.id = o.channel_id))
			ELSE jsonb_build_object('video',
				video_info(o.video_id)) END
		FROM ownership_change o
		JOIN account i ON i.id = o.initiator_id
		JOIN account n ON n.id = o.next_id
		WHERE o.id = wanted);
END $$;

GRANT SELECT, INSERT, UPDATE, DELETE ON ownership_change TO cardume_api;

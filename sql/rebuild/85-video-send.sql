-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What other servers are told of our videos (federation.md 1.8 to 1.10). The
-- triggers run at the end of a transaction: whoever changes a video or a part
-- of it need not think of it, and what is sent shows the state that is
-- committed.

-- Others may have it, and its files are where its document says.
CREATE FUNCTION video_is_told(v video) RETURNS boolean
STABLE LANGUAGE sql AS $$
	SELECT video_is_fetchable(v) AND (v).files_are_public
$$;

-- The account, the channel and the server: they share a video.
CREATE FUNCTION video_sharers(v video) RETURNS bigint[]
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT ARRAY[o.actor_id, c.actor_id, instance_actor()]
		FROM channel c JOIN account o ON o.id = c.account_id
		WHERE c.id = v.channel_id);
END $$;

-- Whom activities about a video are sent to: who follows any of those.
CREATE FUNCTION video_audience(v video) RETURNS bigint[]
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN remote_followers(video_sharers(v));
END $$;

-- Who may speak for a video: the account it belongs to.
CREATE FUNCTION video_account_actor(v video) RETURNS actor
STABLE LANGUAGE plpgsql AS $$
DECLARE
	found actor;
BEGIN
	SELECT a.* INTO found FROM channel c JOIN account o ON o.id = c.account_id
	JOIN actor a ON a.id = o.actor_id WHERE c.id = v.channel_id;
	RETURN found;
END $$;

-- Has this transaction told the end of this story already?
CREATE FUNCTION video_told_once(video bigint) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
	told constant text := coalesce(current_setting('cardume.told', true), '');
	this constant text := txid_current() || ':' || video || ' ';
BEGIN
	IF strpos(told, ' ' || this) > 0 THEN
		RETURN true;
	END IF;
	PERFORM set_config('cardume.told', right(told || ' ' || this, 10000),
		true);
	RETURN false;
END $$;

-- Create or Update, with all of the video in it.
CREATE FUNCTION video_send(v video, kind text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	targets bigint[];
	body text;
BEGIN
	IF NOT is_federating() OR video_told_once(v.id) THEN
		RETURN;
	END IF;
	targets := video_audience(v);
	IF targets = '{}' THEN
		RETURN;
	END IF;
	body := (SELECT CASE kind WHEN 'Create' THEN ap_create(a)
			ELSE ap_update(a) END FROM ap_video a WHERE a.id = v.id);
	PERFORM activity_send((video_account_actor(v)).id,
		ap_document(ap_context_video(), body)::json, targets,
		kind || ' ' || video_url(v))
	WHERE body IS NOT NULL;
END $$;

-- The share of a public video by its channel or by the server.
CREATE FUNCTION announce_send(v video, sharer actor) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	PERFORM activity_send(sharer.id, ap_announce(v, sharer),
		video_audience(v), proof => true);
END $$;

CREATE FUNCTION announce_undo_send(v video, sharer actor) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	shared constant json := ap_announce(v, sharer);
BEGIN
	PERFORM activity_send(sharer.id, json_build_object(
			'to', shared -> 'to', 'cc', '[]'::json, 'type', 'Undo',
			'id', (shared ->> 'id') || '/undo',
			'actor', shared -> 'actor', 'object', shared),
		video_audience(v) || remote_followers(ARRAY[sharer.id]),
		proof => true);
END $$;

-- Unlisted ones, where the admin lets others have them, are told and not
-- shared.
CREATE FUNCTION video_announce_send(v video) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	PERFORM announce_send(v, a) FROM actor a
	WHERE a.id IN (instance_actor(), (SELECT c.actor_id FROM channel c
			WHERE c.id = v.channel_id)) AND v.privacy = 1
	ORDER BY a.kind;
END $$;

CREATE FUNCTION video_delete_send(v video) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	account constant actor := video_account_actor(v);
	url constant text := video_url(v);
BEGIN
	-- with its account or channel, which say so themselves
	IF account.id IS NULL THEN
		RETURN;
	END IF;
	PERFORM delivery_void_write('Create ' || url);
	PERFORM activity_send(account.id, json_build_object(
			'to', (SELECT json_agg(u) FROM (SELECT ap_public()
				UNION ALL SELECT actor_id(a) || '/followers'
				FROM actor a WHERE a.id = ANY (video_sharers(v)))
				n (u)), 'cc', '[]'::json,
			'type', 'Delete', 'id', url || '/delete',
			'actor', actor_id(account), 'object', url),
		video_audience(v), 'Update ' || url, true);
END $$;

-- Of a video that goes to another channel.
CREATE FUNCTION video_moved_send(before video, after video) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	PERFORM announce_undo_send(after, a) FROM actor a JOIN channel c
		ON c.actor_id = a.id WHERE c.id = before.channel_id;
	PERFORM announce_send(after, a) FROM actor a JOIN channel c
		ON c.actor_id = a.id WHERE c.id = after.channel_id;
END $$;

CREATE FUNCTION video_told() RETURNS trigger
SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
DECLARE
	now_is video;
	was boolean := TG_OP = 'UPDATE' AND video_is_told(OLD);
BEGIN
	SELECT * INTO now_is FROM video v WHERE v.id = NEW.id;
	IF now_is.id IS NULL THEN
		RETURN NULL;
	ELSIF video_is_told(NEW) AND NOT was THEN
		PERFORM video_send(now_is, 'Create');
		PERFORM video_announce_send(now_is);
	ELSIF was AND NOT video_is_told(NEW) THEN
		PERFORM video_delete_send(OLD);
	ELSIF was THEN
		PERFORM video_send(now_is, 'Update');
		PERFORM video_moved_send(OLD, now_is)
		WHERE OLD.channel_id <> NEW.channel_id AND now_is.privacy = 1;
	END IF;
	RETURN NULL;
END $$;
-- All that its document shows but what counts.
CREATE CONSTRAINT TRIGGER video_told AFTER INSERT OR UPDATE OF channel_id, name,
	description, support, category_id, licence_id, language_id, tags,
	privacy, state, wait_transcoding, is_blocked, nsfw, nsfw_summary,
	comments_policy, download_enabled, duration, aspect_ratio,
	published_at, originally_published_at, files_are_public
	ON video DEFERRABLE INITIALLY DEFERRED
	FOR EACH ROW WHEN (NEW.host_id IS NULL) EXECUTE FUNCTION video_told();

-- A video that this transaction makes known: its Create comes at the end, with
-- all its parts, also where those were written first.
CREATE FUNCTION video_appears(video bigint) RETURNS boolean
STABLE LANGUAGE sql AS $$
	SELECT coalesce(current_setting('cardume.appears', true), '')
		LIKE '% ' || txid_current() || ':' || video || ' %'
$$;

CREATE FUNCTION video_appears_note() RETURNS trigger
SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
BEGIN
	PERFORM set_config('cardume.appears', right(coalesce(current_setting(
			'cardume.appears', true), '') || ' ' ||
			txid_current() || ':' || NEW.id || ' ', 10000), true)
	WHERE video_is_told(NEW) AND NOT video_is_told(OLD);
	RETURN NULL;
END $$;
CREATE TRIGGER video_appears_note AFTER UPDATE OF privacy, state,
	wait_transcoding, is_blocked, files_are_public ON video
	FOR EACH ROW WHEN (NEW.host_id IS NULL)
	EXECUTE FUNCTION video_appears_note();

-- Files, pictures, captions and chapters of a video that others have.
CREATE FUNCTION video_part_told() RETURNS trigger
SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
BEGIN
	PERFORM video_send(v, 'Update') FROM video v
	WHERE v.id = CASE TG_OP WHEN 'DELETE' THEN OLD.video_id
		ELSE NEW.video_id END AND video_is_told(v)
		AND NOT video_appears(v.id);
	RETURN NULL;
END $$;
DO $$
DECLARE
	part text;
BEGIN
	FOREACH part IN ARRAY ARRAY['video_file', 'streaming_playlist',
		'thumbnail', 'video_caption', 'video_chapter']
	LOOP
		EXECUTE format('CREATE CONSTRAINT TRIGGER video_part_told
			AFTER INSERT OR UPDATE OR DELETE ON %s
			DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
			EXECUTE FUNCTION video_part_told()', part);
	END LOOP;
END $$;

-- Gone for ever: at once, for afterwards nobody can tell.
CREATE FUNCTION video_gone() RETURNS trigger
SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
BEGIN
	PERFORM video_delete_send(OLD) WHERE video_is_told(OLD);
	PERFORM tombstone_write(video_url(OLD), 'Video');
	RETURN OLD;
END $$;
CREATE TRIGGER video_gone BEFORE DELETE ON video
	FOR EACH ROW WHEN (OLD.host_id IS NULL AND OLD.privacy IN (1, 2))
	EXECUTE FUNCTION video_gone();

-- --- totals -----------------------------------------------------------------

CREATE FUNCTION video_rated() RETURNS trigger
SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO video_recount (video_id) VALUES (NEW.id)
	ON CONFLICT (video_id) DO UPDATE SET is_due = true
	WHERE NOT video_recount.is_due;
	RETURN NULL;
END $$;
CREATE TRIGGER video_rated AFTER UPDATE OF likes, dislikes ON video
	FOR EACH ROW WHEN (NEW.host_id IS NULL AND NEW.is_published
		AND NEW.privacy = 1 AND (OLD.likes <> NEW.likes
			OR OLD.dislikes <> NEW.dislikes))
	EXECUTE FUNCTION video_rated();

-- New totals of likes, at most once in ten minutes of each video; by sweep.
CREATE FUNCTION video_recount_write() RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	wanted bigint;
BEGIN
	FOR wanted IN UPDATE video_recount r SET is_due = false, told_at = now()
		WHERE r.is_due AND r.told_at < now() - interval '10 minutes'
		RETURNING r.video_id
	LOOP
		PERFORM video_send(v, 'Update') FROM video v
		WHERE v.id = wanted AND video_is_told(v);
	END LOOP;
	DELETE FROM video_recount r
	WHERE NOT r.is_due AND r.told_at < now() - interval '1 hour';
END $$;
REVOKE ALL ON FUNCTION video_recount_write FROM PUBLIC;
GRANT EXECUTE ON FUNCTION video_recount_write TO cardume_worker;

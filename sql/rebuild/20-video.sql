-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Who may see which video is decided here and nowhere else. What moderators
-- blocked is not `is_published`: its owner and they still see it, and other
-- people do not.

-- In lists, feeds, search, outboxes: for everybody.
CREATE FUNCTION video_is_listed(v video) RETURNS boolean
STABLE LANGUAGE sql AS $$
	SELECT (v).is_published AND (v).privacy = 1
$$;

CREATE FUNCTION channel_owner(channel bigint) RETURNS bigint
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT a.user_id FROM channel c
		JOIN account a ON a.id = c.account_id WHERE c.id = channel);
END $$;

-- Ours, and told to other servers: in outboxes and announces.
CREATE FUNCTION video_is_federated(v video) RETURNS boolean
STABLE LANGUAGE sql AS $$
	SELECT video_is_listed(v) AND (v).state = 1 AND (v).host_id IS NULL
$$;

-- Given to another server that asks for it by its UUID: unlisted ones too
-- where the admin says so.
CREATE FUNCTION video_is_fetchable(v video) RETURNS boolean
STABLE LANGUAGE sql AS $$
	SELECT (v).is_published AND (v).state = 1 AND (v).host_id IS NULL
		AND ((v).privacy = 1 OR ((v).privacy = 2 AND
		 setting('federation.videos.federate_unlisted') = 'true'))
$$;

-- Is `viewer` one of those whom a channel's owner lets work on it?
CREATE FUNCTION channel_has_editor(channel bigint, viewer bigint)
RETURNS boolean STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN viewer IS NOT NULL AND EXISTS (SELECT
		FROM channel_collaborator k
		JOIN account a ON a.id = k.account_id
		JOIN app_user u ON u.id = a.user_id
		WHERE k.channel_id = channel AND k.state = 2
			AND a.user_id = viewer AND NOT u.is_blocked);
END $$;

-- May `viewer` change what is in a channel? To delete it, to give it away and
-- to say who helps with it takes may_act_for() its owner. One of another server
-- is changed there.
CREATE FUNCTION channel_may_edit(channel bigint, viewer bigint)
RETURNS boolean STABLE LANGUAGE sql AS $$
	SELECT channel_owner(channel) IS NOT NULL
		AND (may_act_for(viewer, channel_owner(channel))
			OR channel_has_editor(channel, viewer))
$$;

CREATE FUNCTION video_owner(v video) RETURNS bigint STABLE LANGUAGE sql AS $$
	SELECT channel_owner((v).channel_id)
$$;

CREATE FUNCTION is_moderator(viewer bigint) RETURNS boolean
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN EXISTS (SELECT FROM app_user u
		WHERE u.id = viewer AND u.role <= 1 AND NOT u.is_blocked);
END $$;

-- The owner, the channel's editors, moderators and admins.
CREATE FUNCTION video_may_oversee(v video, viewer bigint) RETURNS boolean
STABLE LANGUAGE sql AS $$
	SELECT viewer IS NOT NULL
		AND (video_owner(v) IS NOT DISTINCT FROM viewer
			OR is_moderator(viewer)
			OR channel_has_editor((v).channel_id, viewer))
$$;

-- The same, save that moderators change nothing of admins and each other.
CREATE FUNCTION video_may_edit(v video, viewer bigint) RETURNS boolean
STABLE LANGUAGE sql AS $$
	SELECT (v).host_id IS NULL AND channel_may_edit((v).channel_id, viewer)
$$;

-- May `viewer` take it away? Another server's from here: moderators.
CREATE FUNCTION video_may_remove(v video, viewer bigint) RETURNS boolean
STABLE LANGUAGE sql AS $$
	SELECT CASE WHEN (v).host_id IS NULL THEN video_may_edit(v, viewer)
		ELSE is_moderator(viewer) END
$$;

-- What `viewer` (NULL: nobody signed in) may do with v:
--   'watch'     page and files
--   'password'  one of its passwords is asked for first
--   'hidden'    does not exist for this viewer
-- by_uuid: the video was named by its UUID; unlisted ones have no other name.
CREATE FUNCTION video_access(v video, viewer bigint, by_uuid boolean)
RETURNS text STABLE LANGUAGE sql AS $$
	SELECT CASE
		WHEN (v).is_published AND (v).privacy = 1 THEN 'watch'
		WHEN (v).is_published AND (v).privacy = 2 AND by_uuid THEN 'watch'
		-- another server's live that is waited for, or over
		WHEN (v).host_id IS NOT NULL AND (v).state IN (4, 5)
			AND NOT (v).is_blocked AND ((v).privacy = 1
				OR ((v).privacy = 2 AND by_uuid)) THEN 'watch'
		WHEN (v).is_published AND (v).privacy = 4 AND viewer IS NOT NULL
			THEN 'watch'
		WHEN viewer IS NOT NULL AND video_may_oversee(v, viewer)
			THEN 'watch'
		WHEN (v).is_published AND (v).privacy = 5 THEN 'password'
		ELSE 'hidden'
	END
$$;

CREATE FUNCTION video_has_password(video bigint, given text) RETURNS boolean
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN EXISTS (SELECT FROM video_password p
		WHERE p.video_id = video AND p.password = given);
END $$;

-- Does this password open v?
CREATE FUNCTION video_opens(v video, given text) RETURNS boolean
STABLE LANGUAGE sql AS $$
	SELECT given IS NOT NULL AND (v).is_published AND (v).privacy = 5
		AND video_has_password((v).id, given)
$$;

-- The id of a video that the viewer may watch, as the API names it and tells a
-- refusal: 404, or 401 and 403 where one of its passwords is asked for.
CREATE FUNCTION video_opened(named text, viewer bigint, password text)
RETURNS bigint STABLE LANGUAGE plpgsql AS $$
DECLARE
	v video;
	video constant bigint := video_id(named);
	access text;
BEGIN
	-- most are for everybody; to copy all of the row takes long
	PERFORM FROM video o WHERE o.id = video AND video_is_listed(o);
	IF FOUND THEN
		RETURN video;
	END IF;
	SELECT * INTO v FROM video o WHERE o.id = video;
	access := video_access(v, viewer, named LIKE '%-%');
	IF v.id IS NULL OR access = 'hidden' THEN
		PERFORM refuse('404', 'Video not found');
	ELSIF access = 'watch' OR video_opens(v, password) THEN
		RETURN v.id;
	ELSIF password IS NULL THEN
		PERFORM refuse(CASE WHEN viewer IS NULL THEN '401'
			ELSE '403' END, 'Please provide a password to access'
			' this password protected video',
			'video_requires_password');
	END IF;
	PERFORM refuse('403', 'Incorrect video password. Access to the video'
		' is denied', 'incorrect_video_password');
END $$;

-- The id of a video that the viewer may change: 404 where it is hidden, 403
-- where it is another's.
CREATE FUNCTION video_edited(named text, viewer bigint) RETURNS bigint
STABLE LANGUAGE plpgsql AS $$
DECLARE
	v video;
BEGIN
	SELECT * INTO v FROM video WHERE id = video_id(named);
	IF v.id IS NULL OR (NOT video_may_edit(v, viewer) AND
			video_access(v, viewer, named LIKE '%-%') = 'hidden')
	THEN
		PERFORM refuse('404', 'Video not found');
	ELSIF NOT video_may_edit(v, viewer) THEN
		PERFORM refuse('403', CASE WHEN v.host_id IS NULL
			THEN 'This video belongs to somebody else.'
			ELSE 'This video belongs to another server.' END);
	END IF;
	RETURN v.id;
END $$;

-- Tokens for a video's files outlive neither what they were got for (its
-- privacy, one of its passwords) nor the account that got them, nor that the
-- video is for those people at all.
CREATE FUNCTION video_tokens_end() RETURNS trigger
SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
BEGIN
	CASE TG_TABLE_NAME
	WHEN 'video' THEN
		DELETE FROM video_token WHERE video_id = OLD.id;
	WHEN 'video_password' THEN
		DELETE FROM video_token WHERE video_id = OLD.video_id;
	WHEN 'app_user' THEN
		DELETE FROM video_token WHERE user_id = OLD.id;
	END CASE;
	RETURN NULL;
END $$;
CREATE TRIGGER video_tokens_end AFTER UPDATE OF privacy, is_blocked ON video
	FOR EACH ROW WHEN (OLD.privacy <> NEW.privacy OR NEW.is_blocked)
	EXECUTE FUNCTION video_tokens_end();
CREATE TRIGGER video_tokens_end AFTER DELETE ON video_password
	FOR EACH ROW EXECUTE FUNCTION video_tokens_end();
CREATE TRIGGER video_tokens_end AFTER UPDATE OF
	is_blocked, password_hash, role ON app_user
	FOR EACH ROW EXECUTE FUNCTION video_tokens_end();

-- Paths and URLs of what nginx serves. Non-public files have "private/" in
-- their path and are served after a check (PeerTube's own layout). STABLE: see
-- iso() in 10-base.sql.
CREATE FUNCTION web_video_dir(is_public boolean) RETURNS text
STABLE LANGUAGE sql AS $$
	SELECT CASE WHEN is_public THEN '/static/web-videos/'
		ELSE '/static/web-videos/private/' END
$$;

CREATE FUNCTION hls_dir(is_public boolean, uuid uuid) RETURNS text
STABLE LANGUAGE sql AS $$
	SELECT CASE WHEN is_public THEN '/static/streaming-playlists/hls/'
		ELSE '/static/streaming-playlists/hls/private/' END || uuid || '/'
$$;

CREATE FUNCTION web_video_path(v video, f video_file) RETURNS text
STABLE LANGUAGE sql AS $$
	SELECT web_video_dir((v).files_are_public) || (f).filename
$$;

CREATE FUNCTION hls_path(v video, filename text) RETURNS text
STABLE LANGUAGE sql AS $$
	SELECT hls_dir((v).files_are_public, (v).uuid) || filename
$$;

CREATE FUNCTION file_path(v video, f video_file) RETURNS text
STABLE LANGUAGE sql AS $$
	SELECT CASE WHEN (f).playlist_id IS NULL THEN web_video_path(v, f)
		ELSE hls_path(v, (f).filename) END
$$;

-- What it is: ours are MP4, another server's are what their names say.
CREATE FUNCTION file_type(f video_file) RETURNS text STABLE LANGUAGE sql AS $$
	SELECT CASE WHEN (f).url ~* '\.webm($|\?)' THEN 'video/webm'
		WHEN (f).url ~* '\.og[gv]($|\?)' THEN 'video/ogg'
		WHEN (f).has_video THEN 'video/mp4' ELSE 'audio/mp4' END
$$;

CREATE FUNCTION torrent_path(f video_file) RETURNS text
STABLE LANGUAGE sql AS $$
	SELECT '/lazy-static/torrents/' || (f).torrent_filename
$$;

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What activities of other servers do to their videos, and to ours: Create,
-- Update, Delete, Announce (federation.md 1.11, 2.6). Each answers with what
-- became of it, which is counted.

-- Does anybody here follow one of these? Who waits for an answer counts too.
CREATE FUNCTION is_followed_here(actors bigint[]) RETURNS boolean
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN EXISTS (SELECT FROM follow f JOIN actor me ON me.id = f.follower_id
		WHERE f.target_id = ANY (actors) AND f.state <> 'rejected'
			AND me.host_id IS NULL);
END $$;

-- Whom a document concerns: its owners, who sent it, and their server.
CREATE FUNCTION video_actors(signer bigint, sent jsonb) RETURNS bigint[]
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN ARRAY(SELECT a.id FROM actor a WHERE a.id = signer
			OR a.url = ANY (ap_ids(ap_get(sent, 'attributedTo')) ||
				ap_ids(ap_get(sent, 'audience')))
		UNION
		SELECT a.id FROM actor s JOIN actor a ON a.host_id = s.host_id
			AND a.kind = 'Application'
		WHERE s.id = signer);
END $$;

-- The whole video in an activity, where its signer speaks for itself; else it
-- is to be fetched. NULL: its origin has none.
CREATE FUNCTION activity_video(signer bigint, activity jsonb) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
	sent constant jsonb := ap_get(activity, 'object');
	url constant text := ap_id(sent);
BEGIN
	IF jsonb_typeof(sent) = 'object' AND ap_type(sent) = 'Video'
		AND ap_get(sent, 'url') IS NOT NULL AND (SELECT a.url
			FROM actor a WHERE a.id = signer) = ANY (
				ap_ids(ap_get(sent, 'attributedTo'))) THEN
		RETURN sent;
	END IF;
	RETURN ap_fetched_anew(url);
END $$;

-- Is this of the signer's own server?
CREATE FUNCTION is_own_object(signer bigint, wanted text) RETURNS boolean
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN EXISTS (SELECT FROM actor a JOIN host h ON h.id = a.host_id
		WHERE a.id = signer AND h.name = ap_host(wanted));
END $$;

-- Stores what its signer has said or what was fetched: nobody puts a video into
-- another's channel.
CREATE FUNCTION video_store_said(signer bigint, sent jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	stored constant bigint := video_store(sent);
BEGIN
	IF NOT EXISTS (SELECT FROM video v WHERE v.id = stored
			AND channel_speaks(v.channel_id, v.host_id, signer)) THEN
		PERFORM ap_refuse('its channel is another''s: ' ||
			left(sent ->> 'id', 200));
	END IF;
END $$;

-- Videos nobody here asked for are not stored.
CREATE FUNCTION apply_create_video(signer bigint, activity jsonb, owner bigint)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	url constant text := ap_id(ap_get(activity, 'object'));
	sent jsonb;
BEGIN
	IF NOT is_own_object(signer, url) THEN
		RETURN 'refused: not of its own server';
	ELSIF known_video(url) IS NOT NULL THEN
		RETURN 'ignored: known';
	END IF;
	sent := activity_video(signer, activity);
	IF ap_type(sent) IS DISTINCT FROM 'Video' THEN
		RETURN 'ignored: not a video';
	ELSIF NOT is_followed_here(video_actors(signer, sent)) THEN
		RETURN 'ignored: nobody here follows it';
	END IF;
	PERFORM video_store_said(signer, sent);
	RETURN 'created';
END $$;

-- A document that is older than what we have changes nothing. One that gives
-- the video to somebody else is believed when its origin says the same.
CREATE FUNCTION apply_update_video(signer bigint, activity jsonb, owner bigint)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	place constant text := ap_id(ap_get(activity, 'object'));
	v video;
	sent jsonb;
BEGIN
	IF NOT is_own_object(signer, place) THEN
		RETURN 'refused: not of its own server';
	END IF;
	SELECT * INTO v FROM video x WHERE x.url = place;
	IF v.id IS NULL THEN
		RETURN apply_create_video(signer, activity, owner);
	ELSIF NOT channel_speaks(v.channel_id, v.host_id, signer) THEN
		RETURN 'refused: not its owner';
	END IF;
	sent := activity_video(signer, activity);
	IF (ap_get(sent, 'attributedTo'), ap_get(sent, 'audience'))
		IS DISTINCT FROM (ap_get(v.document, 'attributedTo'),
			ap_get(v.document, 'audience')) THEN
		sent := ap_fetched(place, interval '10 seconds');
	END IF;
	IF sent IS NULL OR (ap_type(sent) = 'Video' AND ap_privacy(sent) IS NULL)
	THEN
		PERFORM remote_video_remove(v.id);
		RETURN 'removed: no longer public';
	ELSIF ap_time(sent, 'updated') < ap_time(v.document, 'updated') THEN
		RETURN 'ignored: older than what we have';
	END IF;
	PERFORM video_store(sent);
	RETURN 'updated';
END $$;

CREATE FUNCTION apply_delete_video(signer bigint, activity jsonb, owner bigint)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	v video;
BEGIN
	SELECT * INTO v FROM video x
	WHERE x.url = ap_id(ap_get(activity, 'object'));
	IF v.id IS NULL THEN
		RETURN 'ignored: not known';
	ELSIF NOT is_own_object(signer, v.url)
		OR NOT channel_speaks(v.channel_id, v.host_id, signer) THEN
		RETURN 'refused: not its owner';
	END IF;
	PERFORM remote_video_remove(v.id);
	-- Hidden and shown again, it is read anew.
	DELETE FROM fetched f USING ap_id(v.document -> 'comments') list
	WHERE f.url IN (v.url, list, list || '?page=1');
	RETURN 'deleted';
END $$;

-- A share of a video: by a channel, a server or (others') a person. A video we
-- do not have comes here only by a channel or server that is followed here.
CREATE FUNCTION apply_announce(signer bigint, activity jsonb, owner bigint)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	url constant text := ap_id(ap_get(activity, 'object'));
	video bigint := known_video(url);
	sharer actor;
BEGIN
	SELECT * INTO sharer FROM actor a WHERE a.id = signer;
	IF video IS NULL AND (sharer.kind = 'Person'
		OR NOT is_followed_here(ARRAY[signer])) THEN
		RETURN 'ignored: nobody here follows who shares it';
	ELSIF ap_is_ours(url) AND NOT EXISTS (SELECT FROM video v
			WHERE v.id = video AND video_is_fetchable(v)) THEN
		RETURN 'ignored: no video of ours';
	ELSIF video IS NULL THEN
		IF ap_type(ap_fetched(url)) IS DISTINCT FROM 'Video' THEN
			RETURN 'ignored: not a video';
		END IF;
		video := remote_video(url);
	END IF;
	INSERT INTO share (actor_id, video_id, url)
	VALUES (signer, video, activity ->> 'id')
	ON CONFLICT (video_id, actor_id) DO UPDATE SET url = EXCLUDED.url;
	RETURN 'shared';
END $$;

-- By the id of the Announce, or by what is in it.
CREATE FUNCTION apply_undo_announce(signer bigint, activity jsonb, owner bigint)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	undone constant jsonb := ap_get(activity, 'object');
	about bigint;
BEGIN
	IF jsonb_typeof(undone) = 'object' THEN
		about := known_video(ap_id(ap_get(undone, 'object')));
	END IF;
	DELETE FROM share s WHERE s.actor_id = signer
		AND (s.url = ap_id(undone) OR s.video_id = about);
	RETURN CASE WHEN FOUND THEN 'undone' ELSE 'ignored: not known' END;
END $$;

GRANT SELECT, INSERT, UPDATE, DELETE ON share TO cardume_worker;
GRANT SELECT ON share TO cardume_page, cardume_api, cardume_ap;

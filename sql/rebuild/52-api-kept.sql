-- SPDX-License-Identifier: AGPL-3.0-or-later
-- The API's documents of videos, put together from text. Making one from the
-- tables was most of what a list costs, so what seldom changes is kept as text
-- in video_kept, made by triggers; what counts (views, likes ...) and whatever
-- depends on other things than the video is added when it is read.

-- Made now: for whom none is kept, or one of another origin. PL/pgSQL: the
-- views are not even started where they are not needed.
CREATE FUNCTION video_members_made(video bigint) RETURNS text
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT json_members(row_to_json(m)) FROM video_members m
		WHERE m.id = video);
END $$;

CREATE FUNCTION video_files_made(video bigint) RETURNS text
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT json_members(row_to_json(d))
		FROM video_files_members m
		CROSS JOIN LATERAL (SELECT m.tags, m.files,
			m."streamingPlaylists") d
		WHERE m.id = video);
END $$;

CREATE FUNCTION summary_made(description text) RETURNS text
IMMUTABLE LANGUAGE sql AS $$
	SELECT coalesce(to_json(truncated(description))::text, 'null')
$$;

-- What only a whole video has. Why it was blocked is told when it is read.
CREATE FUNCTION video_whole_made(video bigint) RETURNS text
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT concat(json_members(row_to_json(s)), ',',
			json_members(row_to_json(d)))
		FROM video v
		CROSS JOIN LATERAL (SELECT v.description,
			v.support,
			json_build_object('id', v.comments_policy, 'label',
				CASE v.comments_policy WHEN 1 THEN 'Enabled'
				WHEN 2 THEN 'Disabled'
				ELSE 'Requires approval' END)
				AS "commentsPolicy",
			v.comments_policy <> 2 AS "commentsEnabled",
			v.download_enabled AS "downloadEnabled",
			CASE WHEN v.host_id IS NOT NULL
				THEN remote_trackers(v.document)
				WHEN v.files_are_public
				THEN ARRAY[origin() || '/tracker/announce',
					tracker_socket_url(origin())]
				ELSE '{}' END AS "trackerUrls",
			iso(v.created_at) AS "inputFileUpdatedAt",
			embed_policy_document(v.embed_policy)
				AS "embedPrivacyPolicy") d
		CROSS JOIN LATERAL (SELECT m."waitTranscoding", m.state,
			m."blockedOwner", m."blockedServer", m.blacklisted
			FROM video_state_members m WHERE m.id = v.id) s
		WHERE v.id = video);
END $$;

CREATE FUNCTION blacklisted_reason(video bigint) RETURNS text
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT to_json(b.reason) FROM video_blacklist b
		WHERE b.video_id = video);
END $$;

CREATE FUNCTION video_kept_refresh(video bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	INSERT INTO video_kept (video_id, origin, members, summary, files,
		whole)
	SELECT v.id, origin(), video_members_made(v.id),
		summary_made(v.description), video_files_made(v.id),
		video_whole_made(v.id)
	FROM video v WHERE v.id = video
	ON CONFLICT (video_id) DO UPDATE SET origin = EXCLUDED.origin,
		members = EXCLUDED.members, summary = EXCLUDED.summary,
		files = EXCLUDED.files, whole = EXCLUDED.whole;
END $$;

CREATE FUNCTION video_kept_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM video_kept_refresh(NEW.id);
	RETURN NULL;
END $$;
-- All columns but those that count: one added later is among them unless it is
-- named here.
DO $$
BEGIN
	EXECUTE 'CREATE TRIGGER video_kept_changed AFTER INSERT OR UPDATE OF '
		|| (SELECT string_agg(quote_ident(attname), ', ')
			FROM pg_attribute
			WHERE attrelid = 'video'::regclass AND attnum > 0
			AND NOT attisdropped AND attgenerated = ''
			AND attname <> ALL ('{views,likes,dislikes,comments,threads,
				downloads,viewers,hot,trending,search,card,
				error,has_hls,has_web,files_size,document,
				refreshed_at}'))
		|| ' ON video FOR EACH ROW'
		' EXECUTE FUNCTION video_kept_changed()';
END $$;

-- The row of `video` is the lock of its documents: who changes a part takes it
-- first, so that none is made of what another transaction is just changing.
CREATE FUNCTION video_kept_part(video bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	PERFORM FROM video v WHERE v.id = video FOR NO KEY UPDATE;
	UPDATE video v SET has_hls = n.hls, has_web = n.web, files_size = n.size
	FROM (SELECT EXISTS (SELECT FROM streaming_playlist p
			WHERE p.video_id = video) AS hls,
		coalesce(bool_or(f.playlist_id IS NULL), false) AS web,
		coalesce(sum(f.size), 0) AS size
		FROM video_file f WHERE f.video_id = video) n
	WHERE v.id = video AND (v.has_hls, v.has_web, v.files_size)
		<> (n.hls, n.web, n.size);
	PERFORM video_kept_refresh(video);
END $$;

CREATE FUNCTION video_kept_part_changed() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
	PERFORM video_kept_part(CASE TG_OP WHEN 'DELETE' THEN OLD.video_id
		ELSE NEW.video_id END);
	RETURN NULL;
END $$;
CREATE TRIGGER video_kept_part AFTER INSERT OR UPDATE OR DELETE
	ON video_file FOR EACH ROW EXECUTE FUNCTION video_kept_part_changed();
CREATE TRIGGER video_kept_part AFTER INSERT OR UPDATE OR DELETE
	ON streaming_playlist
	FOR EACH ROW EXECUTE FUNCTION video_kept_part_changed();
CREATE TRIGGER video_kept_part AFTER INSERT OR UPDATE OR DELETE
	ON thumbnail FOR EACH ROW EXECUTE FUNCTION video_kept_part_changed();
CREATE TRIGGER video_kept_part AFTER INSERT OR UPDATE OR DELETE
	ON mirror FOR EACH ROW EXECUTE FUNCTION video_kept_part_changed();

-- The members of a list's item. Everything is looked up by its key, whatever
-- the planner thinks of how many there are; the video's own row is read once
-- (a function of it would copy it).
CREATE VIEW video_item_members AS
SELECT v.id, concat(coalesce(k.members, video_members_made(v.id)),
	',"description":', coalesce(k.summary, summary_made(v.description)),
	',"views":', v.views, ',"viewers":', coalesce((SELECT n.viewers
		FROM video_viewers n WHERE n.video_id = v.id), 0),
	',"downloads":0,"likes":', v.likes, ',"dislikes":', v.dislikes,
	',"comments":', v.comments,
	',"account":', a.face, ',"channel":', c.face) AS members
FROM video v
JOIN channel c ON c.id = v.channel_id
JOIN account a ON a.id = c.account_id
LEFT JOIN video_kept k ON k.video_id = v.id AND k.origin = origin();

-- A list's item as JSON, for what is made of it; to read it through costs half
-- as much again as to put it together.
CREATE VIEW video_item AS
SELECT id, concat('{', members, '}')::json AS document FROM video_item_members;

-- The same for those who may see all.
CREATE VIEW video_item_extra AS
SELECT i.id, concat(i.members, ',',
	coalesce(k.files, video_files_made(i.id)), ',',
	json_members(row_to_json(s)), ',"blacklistedReason":',
	coalesce(CASE WHEN (s).blacklisted THEN blacklisted_reason(i.id) END,
		'null')) AS members
FROM video_item_members i
JOIN video_state_members s ON s.id = i.id
LEFT JOIN video_kept k ON k.video_id = i.id AND k.origin = origin();

CREATE FUNCTION embed_policy_document(id int) RETURNS json
IMMUTABLE LANGUAGE sql AS $$
	SELECT json_build_object('id', id, 'label', CASE id
		WHEN 1 THEN 'All domains' ELSE 'Allowed domains' END)
$$;

-- A whole video.
CREATE VIEW video_document AS
SELECT v.id, concat('{', coalesce(k.members, video_members_made(v.id)),
	',"views":', v.views, ',"viewers":', coalesce((SELECT n.viewers
		FROM video_viewers n WHERE n.video_id = v.id), 0),
	',"downloads":0,"likes":', v.likes, ',"dislikes":', v.dislikes,
	',"comments":', v.comments,
	',', coalesce(k.files, video_files_made(v.id)),
	',', coalesce(k.whole, video_whole_made(v.id)),
	',"blacklistedReason":', coalesce(CASE WHEN v.is_blocked
		THEN blacklisted_reason(v.id) END, 'null'),
	',"channel":', c.beginning, ',"ownerAccount":', o.document,
	'},"account":', o.document, '}') AS document
FROM video v
JOIN channel_text c ON c.id = v.channel_id
JOIN account_text o ON o.id = c.account_id
LEFT JOIN video_kept k ON k.video_id = v.id AND k.origin = origin();

-- A viewer's place in a video, for an item of a list.
CREATE FUNCTION history_member(viewer bigint, video bigint) RETURNS text
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT ',"userHistory":{"currentTime":' || h.place || '}'
		FROM history h WHERE h.user_id = viewer AND h.video_id = video);
END $$;

-- A JSON array of items, in the order of their ids.
CREATE FUNCTION video_items_text(ids bigint[], extra boolean,
	viewer bigint DEFAULT NULL) RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
	IF extra THEN
		RETURN concat('[', array_to_string(ARRAY(SELECT (SELECT
			concat('{', i.members, history_member(viewer, i.id),
				'}')
			FROM video_item_extra i WHERE i.id = k.id)
			FROM unnest(ids) k (id)), ','), ']');
	ELSIF viewer IS NULL THEN
		RETURN concat('[', array_to_string(ARRAY(SELECT (SELECT
			concat('{', i.members, '}')
			FROM video_item_members i WHERE i.id = k.id)
			FROM unnest(ids) k (id)), ','), ']');
	END IF;
	RETURN concat('[', array_to_string(ARRAY(SELECT (SELECT
		concat('{', i.members, history_member(viewer, i.id), '}')
		FROM video_item_members i WHERE i.id = k.id)
		FROM unnest(ids) k (id)), ','), ']');
END $$;

-- The same as JSON.
CREATE FUNCTION video_items(ids bigint[], extra boolean) RETURNS json
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN video_items_text(ids, extra)::json;
END $$;

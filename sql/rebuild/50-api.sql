-- SPDX-License-Identifier: AGPL-3.0-or-later
-- The documents of the REST API, shaped as PeerTube 8.2 has them. A view has
-- one row per thing: its key and the document, or the document's members
-- under their own names where a larger one is made of them. Views are folded
-- into the query that reads them, so that one statement fetches all.
--
-- Paths are relative to the host, URLs absolute, an unset enum is
-- {"id": null, "label": "Unknown"}; clients join and index blindly.

CREATE FUNCTION enum(id anyelement, label text) RETURNS json
STABLE LANGUAGE sql AS $$
	SELECT json_build_object('id', id, 'label', coalesce(label, 'Unknown'))
$$;

-- At most 250 characters, as lists show them.
CREATE FUNCTION truncated(words text) RETURNS text IMMUTABLE LANGUAGE sql AS $$
	SELECT CASE WHEN char_length(words) > 250
		THEN left(words, 247) || '...' ELSE words END
$$;

CREATE FUNCTION aspect_name(width int, height int) RETURNS text
IMMUTABLE LANGUAGE sql AS $$
	SELECT CASE WHEN width * 100 >= height * 169 THEN '16:9'
		WHEN width * 100 >= height * 147 THEN '16:10'
		WHEN width * 100 >= height * 129 THEN '4:3'
		WHEN width * 100 >= height * 113 THEN '5:4'
		ELSE '1:1' END
$$;

CREATE VIEW actor_image_document AS
SELECT i.actor_id, i.kind, i.width, row_to_json(d) AS document
FROM actor_image i
CROSS JOIN LATERAL (SELECT i.width, i.height,
	'/lazy-static/' || i.kind || 's/' || i.filename AS path,
	origin() || '/lazy-static/' || i.kind || 's/' || i.filename
		AS "fileUrl",
	iso(i.created_at) AS "createdAt",
	iso(i.created_at) AS "updatedAt") d;

-- What accounts and channels have in common. Images are told smallest first;
-- the largest also as the single one of old. (OFFSET 0: found by its key,
-- whatever the planner thinks of a small table.)
CREATE VIEW account_members AS
SELECT c.id,
	username(a.name) AS name,
	c.display_name AS "displayName",
	coalesce(a.url, origin() || '/accounts/' || a.name) AS url,
	handle_host(a.name) AS host,
	ARRAY(SELECT i.document FROM actor_image_document i
		WHERE i.actor_id = c.actor_id AND i.kind = 'avatar'
		ORDER BY i.width) AS avatars,
	(SELECT i.document FROM actor_image_document i
		WHERE i.actor_id = c.actor_id AND i.kind = 'avatar'
		ORDER BY i.width DESC LIMIT 1) AS avatar
FROM account c
CROSS JOIN LATERAL (SELECT name, url FROM actor a
	WHERE a.id = c.actor_id OFFSET 0) a;

CREATE VIEW channel_members AS
SELECT c.id,
	username(a.name) AS name,
	c.display_name AS "displayName",
	coalesce(a.url, origin() || '/video-channels/' || a.name) AS url,
	handle_host(a.name) AS host,
	ARRAY(SELECT i.document FROM actor_image_document i
		WHERE i.actor_id = c.actor_id AND i.kind = 'avatar'
		ORDER BY i.width) AS avatars,
	(SELECT i.document FROM actor_image_document i
		WHERE i.actor_id = c.actor_id AND i.kind = 'avatar'
		ORDER BY i.width DESC LIMIT 1) AS avatar
FROM channel c
CROSS JOIN LATERAL (SELECT name, url FROM actor a
	WHERE a.id = c.actor_id OFFSET 0) a;

-- The members of a JSON object, without its braces.
CREATE FUNCTION json_members(document json) RETURNS text
IMMUTABLE LANGUAGE sql AS $$
	SELECT substr(document::text, 2, length(document::text) - 2)
$$;

CREATE FUNCTION channel_banners(actor bigint) RETURNS text
STABLE LANGUAGE sql AS $$
	SELECT json_members(row_to_json(d))
	FROM (SELECT ARRAY(SELECT i.document FROM actor_image_document i
			WHERE i.actor_id = actor AND i.kind = 'banner'
			ORDER BY i.width) AS banners,
		(SELECT i.document FROM actor_image_document i
			WHERE i.actor_id = actor AND i.kind = 'banner'
			ORDER BY i.width DESC LIMIT 1) AS banner) d
$$;

-- Lists repeat these summaries with every item: they are kept beside their
-- subjects, which costs a third of making them anew.
CREATE FUNCTION face_refresh(subject bigint) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
	UPDATE account SET face = (SELECT row_to_json(m)
		FROM account_members m WHERE m.id = account.id)
	WHERE actor_id = subject;
	UPDATE channel SET face = (SELECT row_to_json(m)
		FROM channel_members m WHERE m.id = channel.id),
		banners = channel_banners(subject)
	WHERE actor_id = subject;
$$;

CREATE FUNCTION face_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM face_refresh((CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END)
		.actor_id);
	RETURN NULL;
END $$;
CREATE TRIGGER face_changed AFTER INSERT OR UPDATE OF display_name ON account
	FOR EACH ROW EXECUTE FUNCTION face_changed();
CREATE TRIGGER face_changed AFTER INSERT OR UPDATE OF display_name ON channel
	FOR EACH ROW EXECUTE FUNCTION face_changed();
CREATE TRIGGER face_changed AFTER INSERT OR UPDATE OR DELETE ON actor_image
	FOR EACH ROW EXECUTE FUNCTION face_changed();
-- An upgrade may have changed their shape, or the origin.
SELECT face_refresh(actor_id) FROM account;
SELECT face_refresh(actor_id) FROM channel;

-- How many follow and are followed. The lower actor first, so that two writers
-- wait and do not lock each other.
CREATE FUNCTION follow_count(follower bigint, target bigint, change int)
RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	PERFORM FROM actor WHERE id IN (follower, target)
	ORDER BY id FOR NO KEY UPDATE;
	UPDATE actor SET
		following = following + CASE id WHEN follower
			THEN change ELSE 0 END,
		followers = followers + CASE id WHEN target
			THEN change ELSE 0 END
	WHERE id IN (follower, target);
END $$;

CREATE FUNCTION follow_counted() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	change int := 0;
BEGIN
	IF TG_OP <> 'INSERT' AND OLD.state = 'accepted' THEN
		change := change - 1;
	END IF;
	IF TG_OP <> 'DELETE' AND NEW.state = 'accepted' THEN
		change := change + 1;
	END IF;
	IF change <> 0 THEN
		PERFORM follow_count(f.follower_id, f.target_id, change)
		FROM (SELECT (CASE TG_OP WHEN 'DELETE' THEN OLD
			ELSE NEW END).*) f;
	END IF;
	RETURN NULL;
END $$;
CREATE TRIGGER follow_counted AFTER INSERT OR DELETE OR UPDATE OF state
	ON follow FOR EACH ROW EXECUTE FUNCTION follow_counted();
REVOKE ALL ON FUNCTION follow_count FROM PUBLIC;

-- A text or its absence, as JSON.
CREATE FUNCTION json_text(words text) RETURNS text STABLE LANGUAGE sql AS $$
	SELECT coalesce(to_json(words)::text, 'null')
$$;

-- The documents of accounts and channels: the faces, what counts, and the rest.
-- Put together as text: to make them from the tables took ten times as long.
-- A channel's has its owner's at the end.
CREATE VIEW account_text AS
SELECT c.id, a.name, concat(left(c.face::text, -1),
	',"followingCount":', a.following, ',"followersCount":', a.followers,
	',"createdAt":', to_json(iso(a.created_at)),
	',"updatedAt":', to_json(iso(a.updated_at)),
	',"description":', json_text(c.description),
	',"userId":', coalesce(c.user_id::text, 'null'), '}') AS document
FROM account c
JOIN actor a ON a.id = c.actor_id;

CREATE VIEW channel_text AS
SELECT c.id, c.account_id, c.actor_id, a.name, concat(left(c.face::text, -1),
	',"followingCount":', a.following, ',"followersCount":', a.followers,
	',"createdAt":', to_json(iso(a.created_at)),
	',"updatedAt":', to_json(iso(a.updated_at)),
	',"description":', json_text(c.description),
	',"support":', json_text(c.support),
	',"isLocal":', to_json(a.host_id IS NULL),
	',"p2pEnabled":', to_json(c.is_shared), ',', c.banners) AS beginning
FROM channel c
JOIN actor a ON a.id = c.actor_id;

CREATE VIEW account_document AS
SELECT id, name, document::json AS document FROM account_text;

CREATE VIEW channel_document AS
SELECT c.id, c.account_id, c.actor_id, c.name, concat(c.beginning,
	',"ownerAccount":', (SELECT o.document FROM account_text o
		WHERE o.id = c.account_id), '}')::json AS document
FROM channel_text c;

-- What an item of a list and a whole video have in common: save what counts,
-- which changes by itself (52-api-kept.sql: video_counters()).
CREATE VIEW video_members AS
SELECT v.id, v.uuid,
	v.short_uuid AS "shortUUID",
	coalesce(v.url, origin() || '/videos/watch/' || v.uuid) AS url,
	v.name,
	enum(v.category_id, (SELECT label FROM category c
		WHERE c.id = v.category_id)) AS category,
	enum(v.licence_id, (SELECT label FROM licence l
		WHERE l.id = v.licence_id)) AS licence,
	enum(v.language_id, (SELECT label FROM language l
		WHERE l.id = v.language_id)) AS language,
	enum(v.privacy, (SELECT label FROM privacy p
		WHERE p.id = v.privacy)) AS privacy,
	v.nsfw,
	0 AS "nsfwFlags",
	v.nsfw_summary AS "nsfwSummary",
	truncated(v.description) AS "truncatedDescription",
	v.host_id IS NULL AS "isLocal",
	v.is_live AS "isLive",
	v.duration,
	v.aspect_ratio AS "aspectRatio",
	coalesce('/lazy-static/thumbnails/' || t.filename, '')
		AS "thumbnailPath",
	coalesce('/lazy-static/thumbnails/' || p.filename,
		'/lazy-static/thumbnails/' || t.filename, '') AS "previewPath",
	ARRAY(SELECT row_to_json(d) FROM thumbnail i
		CROSS JOIN LATERAL (SELECT i.width, i.height,
			aspect_name(i.width, i.height) AS "aspectRatio",
			origin() || '/lazy-static/thumbnails/' || i.filename
				AS "fileUrl") d
		WHERE i.video_id = v.id ORDER BY i.kind DESC) AS thumbnails,
	'/videos/embed/' || v.short_uuid AS "embedPath",
	iso(v.created_at) AS "createdAt",
	iso(v.updated_at) AS "updatedAt",
	iso(v.published_at) AS "publishedAt",
	iso(v.originally_published_at) AS "originallyPublishedAt"
FROM video v
LEFT JOIN thumbnail t ON t.video_id = v.id AND t.kind = 'thumbnail'
LEFT JOIN thumbnail p ON p.video_id = v.id AND p.kind = 'preview';

-- A rendition. Addresses are never null: clients take a string for granted.
CREATE VIEW video_file_document AS
SELECT f.id, f.video_id, f.playlist_id, f.resolution, row_to_json(d) AS document
FROM video_file f
JOIN video v ON v.id = f.video_id
CROSS JOIN LATERAL (SELECT f.id,
	json_build_object('id', f.resolution, 'label',
		CASE WHEN f.has_video THEN f.resolution || 'p'
			ELSE 'Audio only' END) AS resolution,
	f.size, f.width, f.height, f.fps,
	f.has_audio AS "hasAudio",
	f.has_video AS "hasVideo",
	0 AS storage,
	coalesce(f.url, origin() || file_path(v, f)) AS "fileUrl",
	coalesce(f.url, origin() || CASE WHEN f.playlist_id IS NULL
		THEN '/download/web-videos/' || v.uuid || '-' || f.resolution
		ELSE '/download/streaming-playlists/hls/videos/' || v.uuid ||
			'-' || f.resolution || '-fragmented' END ||
		right(f.filename, 4)) AS "fileDownloadUrl",
	CASE WHEN f.playlist_id IS NOT NULL AND f.url IS NULL
		THEN origin() || hls_path(v,
			replace(f.filename, '-fragmented.mp4', '.m3u8')) END
		AS "playlistUrl",
	CASE WHEN f.url IS NULL THEN origin() || '/api/v1/videos/' || v.uuid ||
		'/metadata/' || f.id
		ELSE coalesce(f.metadata_url, '') END AS "metadataUrl",
	coalesce(f.torrent_url, origin() || torrent_path(f), '')
		AS "torrentUrl",
	coalesce(f.torrent_url, origin() || '/download/torrents/' ||
		f.torrent_filename, '') AS "torrentDownloadUrl",
	coalesce(f.magnet, magnet(v, f), '') AS "magnetUri") d;

-- The best first.
CREATE VIEW streaming_playlist_document AS
SELECT p.video_id, row_to_json(d) AS document
FROM streaming_playlist p
JOIN video v ON v.id = p.video_id
CROSS JOIN LATERAL (SELECT p.id,
	1 AS type,
	coalesce(p.url, origin() || hls_path(v, p.playlist_filename))
		AS "playlistUrl",
	coalesce(p.segments_sha256_url,
		origin() || hls_path(v, p.segments_sha256_filename), '')
		AS "segmentsSha256Url",
	coalesce((SELECT json_agg(json_build_object('baseUrl', b))
		FROM unnest(video_mirrors(p.video_id)) b), '[]')
		AS redundancies,
	ARRAY(SELECT f.document FROM video_file_document f
		WHERE f.video_id = p.video_id AND f.playlist_id = p.id
		ORDER BY f.resolution DESC) AS files) d;

-- What a whole video has besides, and a list for its maker.
CREATE VIEW video_files_members AS
SELECT v.id,
	v.tags,
	ARRAY(SELECT f.document FROM video_file_document f
		WHERE f.video_id = v.id AND f.playlist_id IS NULL
		ORDER BY f.resolution DESC) AS files,
	ARRAY(SELECT p.document FROM streaming_playlist_document p
		WHERE p.video_id = v.id) AS "streamingPlaylists"
FROM video v;

-- What those see of it who may see all.
CREATE VIEW video_state_members AS
SELECT v.id,
	v.wait_transcoding AS "waitTranscoding",
	enum(v.state, (SELECT label FROM video_state s WHERE s.id = v.state))
		AS state,
	false AS "blockedOwner",
	false AS "blockedServer",
	v.is_blocked AS blacklisted
FROM video v;

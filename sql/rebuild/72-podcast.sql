-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Podcasts of channels and playlists (podcastindex.org's namespace, and what
-- players read of it).

-- {path, type, size, title, height, bitrate, torrentPath, isDefault} of a
-- video, the one to play first at the front: the smallest, sound alone where
-- there is such a file; 'video' wants the largest, 'audio' sound alone,
-- 'm3u8' the list of all of them. HLS files stand in where there are no others.
CREATE FUNCTION podcast_files(v video, wanted text) RETURNS json
STABLE LANGUAGE sql AS $$
	WITH file AS (
		SELECT file_path(v, f) AS path, torrent_path(f) AS torrent,
			CASE WHEN f.has_video THEN 'video/mp4'
				ELSE 'audio/x-m4a' END AS type,
			f.size, f.resolution, f.has_video,
			CASE WHEN f.has_video THEN f.resolution || 'p'
				ELSE 'Audio' END AS title,
			f.size * 8 / greatest(v.duration, 1) AS bitrate,
			f.playlist_id IS NOT NULL AS is_hls
		FROM video_file f
		WHERE f.video_id = (v).id AND f.has_audio
			AND (wanted IS DISTINCT FROM 'audio' OR NOT f.has_video)
	), offered AS (
		SELECT *, false AS is_list FROM file
		WHERE NOT is_hls OR NOT EXISTS (SELECT FROM file
			WHERE NOT is_hls)
		UNION ALL
		SELECT hls_path(v, p.playlist_filename), NULL,
			'application/x-mpegURL', NULL, 0, true, 'HLS', NULL,
			true, true
		FROM streaming_playlist p
		WHERE p.video_id = (v).id AND wanted IS DISTINCT FROM 'audio'
	), numbered AS (
		SELECT *, row_number() OVER (ORDER BY
			is_list <> (coalesce(wanted, '') = 'm3u8'),
			CASE WHEN wanted = 'video' THEN has_video END DESC,
			CASE WHEN wanted = 'video' THEN -resolution
				ELSE resolution END) AS nr
		FROM offered
	)
	SELECT coalesce(json_agg(json_build_object('path', path, 'type', type,
		'size', size, 'title', title, 'height', CASE WHEN has_video
		AND NOT is_list THEN resolution END, 'bitrate', bitrate,
		'torrentPath', torrent, 'isDefault', nr = 1) ORDER BY nr), '[]')
	FROM numbered
$$;

CREATE FUNCTION podcast_items(ids bigint[], wanted text) RETURNS json
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT coalesce(json_agg(json_build_object(
		'uuid', v.uuid,
		'shortUUID', v.short_uuid,
		'name', xml_text(v.name),
		'description', xml_text(v.description),
		'publishedAt', iso(v.published_at),
		'duration', v.duration,
		'nsfw', v.nsfw,
		'language', v.language_id,
		'category', (SELECT label FROM category
			WHERE id = v.category_id),
		'channel', json_build_object('name', c.face ->> 'name',
			'displayName', xml_text(c.face ->> 'displayName'),
			'avatarPath', c.face -> 'avatar' ->> 'path'),
		'picture', (SELECT json_build_object('width', p.width,
			'path', '/lazy-static/thumbnails/' || p.filename)
			FROM thumbnail p WHERE p.video_id = v.id
			ORDER BY p.width DESC LIMIT 1),
		'files', podcast_files(v, wanted)) ORDER BY k.nr), '[]')
	FROM unnest(ids) WITH ORDINALITY k (id, nr)
	JOIN video v ON v.id = k.id
	JOIN channel c ON c.id = v.channel_id);
END $$;

-- Of a playlist that everybody may see under this name: the videos of its
-- first 100 places that are public, or unlisted.
CREATE FUNCTION podcast_of_playlist(named text, wanted text) RETURNS json
STABLE LANGUAGE plpgsql AS $$
DECLARE
	p constant playlist := playlist_opened(named, NULL);
BEGIN
	RETURN (SELECT json_build_object(
		'url', d.document ->> 'url',
		'path', '/w/p/' || p.short_uuid,
		'title', xml_text(p.name),
		'description', xml_text(p.description),
		'imagePath', d.document ->> 'thumbnailPath',
		'nsfw', EXISTS (SELECT FROM playlist_element e
			JOIN video v ON v.id = e.video_id
			WHERE e.playlist_id = p.id AND v.nsfw
				AND e.position <= 100),
		'updatedAt', iso(p.updated_at),
		'author', json_build_object(
			'name', xml_text(a.face ->> 'displayName'),
			'path', '/a/' || (a.face ->> 'name'),
			'avatarPath', a.face -> 'avatar' ->> 'path'),
		'items', podcast_items(ARRAY(SELECT v.id
			FROM playlist_element e
			JOIN video v ON v.id = e.video_id
			WHERE e.playlist_id = p.id AND e.position <= 100
				AND v.is_published AND v.privacy IN (1, 2)
				AND v.files_are_public AND v.host_id IS NULL
			ORDER BY e.position), wanted))
	FROM playlist_document d
	JOIN account a ON a.id = p.account_id
	WHERE d.id = p.id);
END $$;

-- Of a channel: its newest public videos.
CREATE FUNCTION podcast_of_channel(channel bigint, wanted text) RETURNS json
STABLE LANGUAGE plpgsql AS $$
DECLARE
	ids constant bigint[] := ARRAY(SELECT v.id FROM video v
		WHERE v.channel_id = channel AND video_is_listed(v)
			AND v.files_are_public AND v.host_id IS NULL
		ORDER BY v.published_at DESC, v.id DESC LIMIT 20);
BEGIN
	RETURN (SELECT json_build_object(
		'url', c.face ->> 'url',
		'path', '/c/' || (c.face ->> 'name'),
		'title', xml_text(c.display_name),
		'description', xml_text(c.description),
		'imagePath', c.face -> 'avatar' ->> 'path',
		'nsfw', EXISTS (SELECT FROM video WHERE id = ANY (ids) AND nsfw),
		'updatedAt', coalesce((SELECT iso(max(updated_at)) FROM video
			WHERE id = ANY (ids)), iso(now())),
		'author', json_build_object(
			'name', xml_text(c.display_name),
			'path', '/c/' || (c.face ->> 'name'),
			'avatarPath', c.face -> 'avatar' ->> 'path'),
		'items', podcast_items(ids, wanted))
	FROM channel c WHERE c.id = channel);
END $$;

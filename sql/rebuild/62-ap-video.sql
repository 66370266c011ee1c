-- SPDX-License-Identifier: AGPL-3.0-or-later
-- The Video object, as the newest PeerTube writes it; `url` in its order.
--
-- Most of the time of such a query goes into starting it: each expression is
-- set up anew. So what several links share is computed once (OFFSET 0 keeps
-- the planner from copying it to each place of use), a video's files are read
-- once, and their links are written as text by format(): all that goes into
-- them are numbers, names held to letters, digits, "-" and "." by the tables'
-- checks, and percent-encoded values. (A fifth of the time of building each
-- link as a json value.)

CREATE FUNCTION video_url(v video) RETURNS text STABLE LANGUAGE sql AS $$
	SELECT coalesce((v).url, origin() || '/videos/watch/' || (v).uuid)
$$;

-- The swarm of one rendition as p2p-media-loader 2.0 to 2.2 (PeerTube 7.1 to
-- 8.2) computes it: 15 bytes of an MD5 in base64, those 20 characters being the
-- hash. Receivers compute it themselves and do not read this value.
CREATE FUNCTION ap_swarm(playlist_url text, stream text) RETURNS text
STABLE LANGUAGE sql AS $$
	SELECT encode(convert_to(encode(substr(decode(md5(
		'v2-' || playlist_url || '-' || stream), 'hex'), 2), 'base64'),
		'UTF8'), 'hex')
$$;

-- The links of one file. `shape` is its height, width and fps.
CREATE FUNCTION ap_file_link(media_type text, href text, shape text,
	size bigint, properties text) RETURNS text STABLE LANGUAGE sql AS $$
	SELECT format('{"type":"Link","mediaType":"%s","href":"%s",%s,"size":%s,'
		'"attachment":[%s]}', media_type, href, shape, size, properties)
$$;

-- What is in the file, as ap_file_link()'s properties.
CREATE FUNCTION ap_file_properties(has_audio boolean, has_video boolean,
	is_web_video boolean) RETURNS text IMMUTABLE LANGUAGE sql AS $$
	SELECT CASE WHEN has_audio THEN '{"type":"PropertyValue",'
			'"name":"ffprobe_codec_type","value":"audio"},' ELSE '' END ||
		CASE WHEN has_video THEN '{"type":"PropertyValue",'
			'"name":"ffprobe_codec_type","value":"video"},' ELSE '' END ||
		CASE WHEN is_web_video THEN '{"type":"PropertyValue",'
			'"name":"peertube_format_flag","value":"web-video"}'
			ELSE '{"type":"PropertyValue",'
			'"name":"peertube_format_flag","value":"fragmented"}' END
$$;

CREATE FUNCTION ap_metadata_link(media_type text, href text, shape text)
RETURNS text STABLE LANGUAGE sql AS $$
	SELECT format(',{"type":"Link","rel":["metadata","%s"],'
		'"mediaType":"application/json","href":"%s",%s}',
		media_type, href, shape)
$$;

-- Nothing for a file without a torrent.
CREATE FUNCTION ap_torrent_links(torrent text, magnet text, shape text)
RETURNS text STABLE LANGUAGE sql AS $$
	SELECT CASE WHEN torrent IS NULL THEN '' ELSE format(
		',{"type":"Link","mediaType":"application/x-bittorrent",'
		'"href":"%s",%s},{"type":"Link","mediaType":'
		'"application/x-bittorrent;x-scheme-handler/magnet",'
		'"href":"%s",%2$s}', torrent, shape, magnet) END
$$;

-- All links of the web videos and of the HLS files, the highest resolution
-- first, and the swarms of the latter. The order is that of video_file_once,
-- read backwards: HLS files come before web videos and are numbered from 0.
CREATE FUNCTION ap_video_files(video bigint, web_dir text, hls_dir text,
	metadata_dir text, torrents text, common text, has_seeds boolean,
	playlist_url text) RETURNS TABLE (web text, hls text, swarms text) STABLE LANGUAGE sql AS $$
	SELECT string_agg(links, ',') FILTER (WHERE playlist_id IS NULL),
		string_agg(links, ',') FILTER (WHERE playlist_id IS NOT NULL),
		string_agg('{"type":"Infohash","name":"' ||
			ap_swarm(playlist_url, stream) || '"}', ',')
			FILTER (WHERE playlist_id IS NOT NULL)
	FROM (SELECT f.playlist_id, ap_file_link(media_type, href, shape, f.size,
				ap_file_properties(f.has_audio, f.has_video,
					f.playlist_id IS NULL)) ||
			ap_metadata_link(media_type, metadata_dir || f.id, shape) ||
			ap_torrent_links(torrents || f.torrent_filename,
				magnet_uri(torrents || f.torrent_filename, f.info_hash,
					common, CASE WHEN has_seeds THEN ARRAY[href] END), shape)
			AS links,
			CASE WHEN f.resolution = 0 THEN 'secondary-0' ELSE 'main-' ||
				row_number() OVER (ORDER BY coalesce(f.playlist_id, 0) DESC,
					f.resolution DESC) - 1 END AS stream
		FROM video_file f
		CROSS JOIN LATERAL (SELECT CASE WHEN f.has_video
				THEN 'video/mp4' ELSE 'audio/mp4' END AS media_type,
			CASE WHEN f.playlist_id IS NULL THEN web_dir ELSE hls_dir END ||
				f.filename AS href,
			format('"height":%s,"width":%s,"fps":%s',
				coalesce(nullif(f.height, 0), f.resolution), f.width,
				round(f.fps)) AS shape OFFSET 0) p
		WHERE f.video_id = video
		ORDER BY coalesce(f.playlist_id, 0) DESC, f.resolution DESC) files
$$;

-- The Link of the HLS playlist with its files; nothing where there is none.
CREATE FUNCTION ap_playlist_link(playlist_url text, sha256_url text,
	swarms text, files text) RETURNS text STABLE LANGUAGE sql AS $$
	SELECT CASE WHEN files IS NULL THEN '' ELSE format(
		',{"type":"Link","mediaType":"application/x-mpegURL","href":"%s",'
		'"tag":[%s,{"type":"Link","name":"sha256",'
		'"mediaType":"application/json","href":"%s"},%s]}',
		playlist_url, swarms, sha256_url, files) END
$$;

-- A page for people must come first: Mastodon, Misskey and GoToSocial take
-- that one.
CREATE FUNCTION ap_page_links(page text, url text) RETURNS text
STABLE LANGUAGE sql AS $$
	SELECT format('{"type":"Link","mediaType":"text/html","href":"%s"},'
		'{"type":"Link","mediaType":"text/html","href":"%s"}', page, url)
$$;

CREATE FUNCTION ap_tracker_links(http text, websocket text) RETURNS text
STABLE LANGUAGE sql AS $$
	SELECT format(',{"type":"Link","name":"tracker-http",'
		'"rel":["tracker","http"],"href":"%s"},'
		'{"type":"Link","name":"tracker-websocket",'
		'"rel":["tracker","websocket"],"href":"%s"}', http, websocket)
$$;

-- An unlisted video is not addressed to anybody's followers (as PeerTube since
-- 7.3).
CREATE FUNCTION ap_to(privacy int, channel_url text) RETURNS json
STABLE LANGUAGE sql AS $$
	SELECT CASE privacy WHEN 1
		THEN json_build_array(ap_public(), channel_url) ELSE '[]' END
$$;

CREATE FUNCTION ap_cc(privacy int, account_url text) RETURNS json
STABLE LANGUAGE sql AS $$
	SELECT json_build_array(CASE privacy WHEN 1
		THEN account_url || '/followers' ELSE ap_public() END)
$$;

-- Every video that may be fetched: `keys` and `links` are the members of its
-- object and of its url, joined by ap_video_members() with the number of views,
-- which changes all the time.
-- Beyond the newest PeerTube: commentsEnabled (Mbin, Friendica, Lemmy),
-- replies (Mastodon looks there for comments), nameMap (Mastodon's only source
-- of the language).
CREATE VIEW ap_video AS
SELECT v.id, v.uuid, v.privacy, v.views, u.url, u.account_url, u.channel_url,
	ap_page_links(u.origin || '/w/' || v.short_uuid, u.url) ||
		coalesce(',' || files.web, '') ||
		ap_playlist_link(u.hls_dir || p.playlist_filename,
			u.hls_dir || p.segments_sha256_filename, files.swarms,
			files.hls) ||
		ap_tracker_links(u.origin || '/tracker/announce',
			tracker_socket_url(u.origin)) AS links, (
	SELECT string_agg('"' || key || '":' || value, ',')
	FROM (VALUES
		('to', ap_to(v.privacy, channel_url)),
		('cc', ap_cc(v.privacy, account_url)),
		('type', '"Video"'),
		('id', to_json(u.url)),
		('name', to_json(v.name)),
		('nameMap', CASE WHEN v.language_id IS NOT NULL
			THEN json_build_object(v.language_id, v.name) END),
		('duration', to_json('PT' || v.duration || 'S')),
		('uuid', to_json(v.uuid)),
		('category', CASE WHEN v.category_id IS NOT NULL THEN
			(SELECT json_build_object('identifier', c.id::text,
				'name', c.label) FROM category c
			WHERE c.id = v.category_id) END),
		('licence', CASE WHEN v.licence_id IS NOT NULL THEN
			(SELECT json_build_object('identifier', l.id::text,
				'name', l.label) FROM licence l
			WHERE l.id = v.licence_id) END),
		('language', CASE WHEN v.language_id IS NOT NULL THEN
			(SELECT json_build_object('identifier', l.id,
				'name', l.label) FROM language l
			WHERE l.id = v.language_id) END),
		('sensitive', to_json(v.nsfw)),
		('summary', coalesce(to_json(CASE WHEN v.nsfw
			THEN v.nsfw_summary END), 'null')),
		('waitTranscoding', to_json(v.wait_transcoding)),
		('state', to_json(v.state)),
		('canReply', CASE WHEN v.comments_policy = 1 THEN 'null'
			ELSE to_json(ap_public()) END),
		('commentsPolicy', to_json(v.comments_policy)),
		('commentsEnabled', to_json(v.comments_policy <> 2)),
		('downloadEnabled', to_json(v.download_enabled)),
		('published', to_json(iso(v.published_at))),
		('originallyPublishedAt', coalesce(to_json(iso(
			v.originally_published_at)), 'null')),
		('schedules', '[]'),
		-- never before `published`: GoToSocial drops it then
		('updated', to_json(iso(greatest(v.updated_at, v.published_at)))),
		('uploadDate', to_json(iso(v.created_at))),
		('tag', CASE WHEN v.tags = '{}' THEN '[]' ELSE
			(SELECT json_agg(json_build_object('type', 'Hashtag',
				'name', tag)) FROM unnest(v.tags) tag) END),
		('mediaType', '"text/markdown"'),
		('content', coalesce(to_json(v.description), 'null')),
		('support', coalesce(to_json(v.support), 'null')),
		('subtitleLanguage', (SELECT coalesce(json_agg(json_build_object(
				'identifier', l.id,
				'name', l.label,
				'automaticallyGenerated', s.is_automatic,
				'url', json_build_array(json_build_object(
					'type', 'Link', 'mediaType', 'text/vtt',
					'href', u.captions || s.filename)))
				ORDER BY l.id), '[]')
			FROM video_caption s JOIN language l ON l.id = s.language_id
			WHERE s.video_id = v.id)),
		('icon', (SELECT coalesce(json_agg(json_build_object(
				'type', 'Image',
				'url', u.thumbnails || t.filename,
				'mediaType', 'image/jpeg',
				'width', t.width,
				'height', t.height) ORDER BY t.width), '[]')
			FROM thumbnail t WHERE t.video_id = v.id)),
		('aspectRatio', coalesce(to_json(
			round(v.aspect_ratio::numeric, 4)), 'null')),
		('likes', to_json(u.url || '/likes')),
		('dislikes', to_json(u.url || '/dislikes')),
		('shares', to_json(u.url || '/announces')),
		('comments', to_json(u.url || '/comments')),
		('replies', to_json(u.url || '/comments')),
		('hasParts', to_json(u.url || '/chapters')),
		('playerSettings', to_json(u.url || '/player-settings')),
		('embedUrl', to_json(u.embed || v.short_uuid)),
		('attributedTo', json_build_array(
			json_build_object('type', 'Person', 'id', account_url),
			json_build_object('type', 'Group', 'id', channel_url))),
		('audience', to_json(channel_url)),
		('isLiveBroadcast', 'false'),
		('liveSaveReplay', 'null'),
		('permanentLive', 'null'),
		('latencyMode', 'null')
	) keys (key, value) WHERE value IS NOT NULL
) AS keys
FROM video v
JOIN channel c ON c.id = v.channel_id
JOIN account a ON a.id = c.account_id
JOIN actor ca ON ca.id = c.actor_id
JOIN actor aa ON aa.id = a.actor_id
LEFT JOIN streaming_playlist p ON p.video_id = v.id
CROSS JOIN LATERAL (SELECT o.origin,
		o.origin || '/videos/watch/' || v.uuid AS url,
		o.origin || '/accounts/' || aa.name AS account_url,
		o.origin || '/video-channels/' || ca.name AS channel_url,
		o.origin || '/videos/embed/' AS embed,
		o.origin || '/lazy-static/thumbnails/' AS thumbnails,
		o.origin || '/lazy-static/video-captions/' AS captions,
		o.origin || web_video_dir(v.files_are_public) AS web_dir,
		o.origin || hls_dir(v.files_are_public, v.uuid) AS hls_dir
	FROM (SELECT origin() OFFSET 0) o OFFSET 0) u
CROSS JOIN LATERAL ap_video_files(v.id, u.web_dir, u.hls_dir,
	u.origin || '/api/v1/videos/' || v.uuid || '/metadata/',
	u.origin || '/lazy-static/torrents/', magnet_common(v.name, u.origin),
	v.files_are_public, u.hls_dir || p.playlist_filename) files
WHERE video_is_fetchable(v);

CREATE FUNCTION ap_video_members(keys text, links text) RETURNS text
STABLE LANGUAGE sql AS $$
	SELECT keys || ',"url":[' || links || ']'
$$;

CREATE FUNCTION ap_views(views bigint) RETURNS text STABLE LANGUAGE sql AS $$
	SELECT ',"views":' || views
$$;

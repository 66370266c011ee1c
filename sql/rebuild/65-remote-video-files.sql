-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Files and captions of other servers' videos, as the `url`, `attachment` and
-- `subtitleLanguage` of their documents list them. They stay where they are.

-- --- which addresses may stand in a page ----------------------------------------

-- Does a host, as ap_host() has it, stand for a place in the network of whoever
-- reads it rather than on the internet? By its spelling: what names lead to, the
-- browser finds out. The ranges are those of lib/address.c.
CREATE FUNCTION host_is_inside(host text) RETURNS boolean
IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
	bare constant text := rtrim(CASE WHEN starts_with(host, '[')
		THEN split_part(host, ']', 1) ELSE split_part(host, ':', 1) END,
		'.');
	label constant text := substring(bare FROM '[^.]*$');
	address inet;
BEGIN
	IF starts_with(bare, '[') THEN
		address := substr(bare, 2)::inet;
		RETURN NOT address <<= '2000::/3' OR address <<= ANY (
			'{2001::/23,2001:db8::/32,2002::/16,3fff::/20,'
			'2620:4f:8000::/48}'::inet[]);
	ELSIF label ~ '^([0-9]+|0x[0-9a-f]*)$' THEN
		-- browsers read 127.1, 0x7f.1 and 2130706433 as 127.0.0.1
		IF bare !~ '^(0|[1-9][0-9]{0,2})(\.(0|[1-9][0-9]{0,2})){3}$' THEN
			RETURN true;
		END IF;
		RETURN bare::inet <<= ANY ('{0.0.0.0/8,10.0.0.0/8,100.64.0.0/10,'
			'127.0.0.0/8,169.254.0.0/16,172.16.0.0/12,192.0.0.0/24,'
			'192.0.2.0/24,192.88.99.0/24,192.168.0.0/16,'
			'198.18.0.0/15,198.51.100.0/24,203.0.113.0/24,'
			'224.0.0.0/3}'::inet[]);
	END IF;
	RETURN strpos(bare, '.') = 0 OR bare LIKE '%.home.arpa'
		OR label IN ('localhost', 'localdomain', 'local', 'internal',
			'intranet', 'private', 'lan', 'home', 'corp', 'test');
EXCEPTION WHEN data_exception THEN
	RETURN true;
END $$;

-- A URL that may stand in a page, or NULL: http(s), of a host of the internet
-- (of any where `allow_private_addresses` of cardume.conf(5) is set).
CREATE FUNCTION ap_web_url(url text) RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
	host constant text := ap_host(url);
BEGIN
	RETURN CASE WHEN host IS NOT NULL AND (NOT host_is_inside(host)
		OR current_setting('cardume.private', true) = 'on') THEN url END;
END $$;

-- `video/mp4`; programs of 2018 wrote mimeType.
CREATE FUNCTION ap_media_type(link jsonb) RETURNS text
IMMUTABLE LANGUAGE sql AS $$
	SELECT lower(btrim(split_part(coalesce(ap_text(link, 'mediaType'),
		ap_text(link, 'mimeType')), ';', 1)))
$$;

-- All places that it names (trackers, web seeds, its torrent) may stand in a page.
CREATE FUNCTION ap_is_magnet(link jsonb) RETURNS boolean
STABLE LANGUAGE plpgsql AS $$
DECLARE
	magnet constant text := ap_text(link, 'href');
BEGIN
	RETURN magnet LIKE 'magnet:?%' AND octet_length(magnet) <= 10000
		AND NOT EXISTS (SELECT FROM regexp_matches(magnet,
			'[?&](?:tr|xs|as|ws)(?:\.[0-9]+)?=([^&]*)', 'g') m
		CROSS JOIN LATERAL url_decoded(m[1]) place
		WHERE strpos(place, '://') > 0 IS NOT FALSE
			AND ap_web_url(regexp_replace(place,
				'^(https?|wss?|udp)://', 'https://', 'i'))
				IS NULL);
END $$;

-- What one link is for: its place among the files is its height; files of 2018
-- have that under `width`, and some only in their name.
CREATE FUNCTION ap_link_height(link jsonb) RETURNS int
IMMUTABLE LANGUAGE sql AS $$
	SELECT greatest(0, least(20000, coalesce(ap_number(link, 'height'),
		ap_number(link, 'width'), substring(ap_text(link, 'href')
			FROM '-([0-9]{3,4})(?:-fragmented)?\.[a-z0-9]{3,4}$')::bigint,
		0)))::int
$$;

-- The links of a list that are files of a video or its sound.
CREATE FUNCTION ap_file_links(links jsonb)
RETURNS TABLE (link jsonb, nr bigint) STABLE LANGUAGE sql AS $$
	SELECT e, row_number() OVER () FROM (SELECT e FROM ap_list(links) e
		LIMIT 500) l
	WHERE jsonb_typeof(e) = 'object'
		AND ap_media_type(e) IN ('video/mp4', 'video/webm', 'video/ogg',
			'audio/mp4', 'audio/mpeg', 'audio/ogg', 'audio/webm')
		AND ap_web_url(ap_id(e)) IS NOT NULL
$$;

-- The HLS playlist: one Link, its files in its `tag`.
CREATE FUNCTION ap_hls_link(document jsonb) RETURNS jsonb
STABLE LANGUAGE sql AS $$
	SELECT e FROM ap_list(ap_get(document, 'url')) e
	WHERE jsonb_typeof(e) = 'object'
		AND ap_media_type(e) IN ('application/x-mpegurl',
			'application/vnd.apple.mpegurl')
		AND ap_web_url(ap_text(e, 'href')) IS NOT NULL
	LIMIT 1
$$;

-- Does one of a file's properties say that this is in it? NULL: none does.
CREATE FUNCTION ap_file_has(link jsonb, stream text) RETURNS boolean
IMMUTABLE LANGUAGE sql AS $$
	SELECT bool_or(ap_text(p, 'value') = stream)
	FROM ap_list(ap_get(link, 'attachment')) p
	WHERE jsonb_typeof(p) = 'object'
		AND ap_text(p, 'name') = 'ffprobe_codec_type'
$$;

-- Percent-encoded text of a query; what is no UTF-8 is NULL.
CREATE FUNCTION url_decoded(written text) RETURNS text
IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
	part text;
	bytes bytea := '';
BEGIN
	FOREACH part IN ARRAY ARRAY(SELECT m[1] FROM regexp_matches(
		replace(written, '+', ' '),
		'(%[0-9A-Fa-f]{2}|[^%]+|%)', 'g') m)
	LOOP
		bytes := bytes || CASE WHEN part ~ '^%..$'
			THEN decode(substr(part, 2), 'hex')
			ELSE convert_to(part, 'UTF8') END;
	END LOOP;
	RETURN convert_from(bytes, 'UTF8');
EXCEPTION WHEN data_exception THEN
	RETURN NULL;
END $$;

-- Of the same list, the Link of `kind` with a file's height.
CREATE FUNCTION ap_link_beside(links jsonb, file jsonb, kind text) RETURNS text
STABLE LANGUAGE sql AS $$
	SELECT ap_text(e, 'href') FROM ap_list(links) e
	WHERE jsonb_typeof(e) = 'object'
		AND ap_link_height(e) = ap_link_height(file)
		AND CASE kind WHEN 'magnet' THEN ap_is_magnet(e)
		WHEN 'torrent' THEN lower(coalesce(ap_text(e, 'mediaType'),
				ap_text(e, 'mimeType'))) = 'application/x-bittorrent'
			AND ap_web_url(ap_text(e, 'href')) IS NOT NULL
		ELSE ap_media_type(e) = 'application/json'
			AND ap_ids(ap_get(e, 'rel')) && ARRAY['metadata']
			AND ap_web_url(ap_text(e, 'href')) IS NOT NULL END
	LIMIT 1
$$;

-- One row of video_file. A second file of the same height is left out: both
-- could not be told apart.
CREATE FUNCTION remote_file_write(video bigint, playlist bigint, links jsonb,
	file jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	magnet constant text := ap_link_beside(links, file, 'magnet');
	wide constant int := greatest(0, least(20000,
		coalesce(ap_number(file, 'width'), 0)));
	high constant int := ap_link_height(file);
	sound boolean := coalesce(ap_file_has(file, 'audio'), true);
	picture boolean := coalesce(ap_file_has(file, 'video'),
		ap_media_type(file) LIKE 'video/%' AND NOT (high = 0
			AND playlist IS NOT NULL));
BEGIN
	IF NOT picture THEN
		sound := true;
	END IF;
	INSERT INTO video_file (video_id, playlist_id, url, resolution, width,
		height, fps, size, has_audio, has_video, info_hash, torrent_url,
		magnet, metadata_url)
	VALUES (video, playlist, ap_id(file), CASE WHEN picture
			AND ap_get(file, 'height') IS NOT NULL AND wide > 0
			THEN least(high, wide)
			WHEN picture THEN high ELSE 0 END,
		CASE WHEN picture THEN wide ELSE 0 END,
		CASE WHEN picture THEN high ELSE 0 END,
		greatest(0, least(1000, coalesce(ap_number(file, 'fps'), 0))),
		greatest(0, ap_number(file, 'size')), sound, picture,
		decode(substring(magnet FROM
			'[?&]xt=urn:btih:([0-9a-fA-F]{40})(?:&|$)'), 'hex'),
		coalesce(ap_link_beside(links, file, 'torrent'),
			ap_web_url(url_decoded(substring(magnet FROM
				'[?&]xs=([^&]+)')))),
		magnet, ap_link_beside(links, file, 'metadata'))
	ON CONFLICT DO NOTHING;
END $$;

-- Puts what a document lists in the place of what was there. A playlist
-- without files of its own still plays.
CREATE FUNCTION remote_files_write(video bigint, sent jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	hls constant jsonb := ap_hls_link(sent);
	links constant jsonb := (SELECT coalesce(jsonb_agg(e), '[]')
		FROM (SELECT ap_list(ap_get(sent, 'url'))
			UNION ALL SELECT ap_list(ap_get(sent, 'attachment'))) l (e));
	playlist bigint;
BEGIN
	DELETE FROM video_file f WHERE f.video_id = video;
	DELETE FROM streaming_playlist p WHERE p.video_id = video;
	PERFORM remote_file_write(video, NULL, links, l.link)
	FROM ap_file_links(links) l WHERE l.nr <= 50;
	IF hls IS NULL THEN
		RETURN;
	END IF;
	INSERT INTO streaming_playlist (video_id, url, segments_sha256_url)
	VALUES (video, ap_text(hls, 'href'), (SELECT ap_web_url(ap_text(t,
			'href'))
		FROM ap_list(ap_get(hls, 'tag')) t
		WHERE jsonb_typeof(t) = 'object'
			AND ap_text(t, 'name') = 'sha256' LIMIT 1))
	RETURNING id INTO playlist;
	PERFORM remote_file_write(video, playlist, ap_get(hls, 'tag'), l.link)
	FROM ap_file_links(ap_get(hls, 'tag')) l WHERE l.nr <= 50;
END $$;

-- Where the media of a video come from, as a Content-Security-Policy names it.
CREATE FUNCTION remote_media_origins(video bigint) RETURNS text
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT string_agg(o.place, ' ') FROM (SELECT DISTINCT
			lower(substring(u.url FROM '^https?://[^/?#]+')) AS place
		FROM (SELECT f.url FROM video_file f WHERE f.video_id = video
			UNION ALL SELECT p.url FROM streaming_playlist p
			WHERE p.video_id = video
			UNION ALL SELECT c.url FROM video_caption c
			WHERE c.video_id = video) u
		WHERE u.url IS NOT NULL ORDER BY 1 LIMIT 10) o);
END $$;

CREATE FUNCTION remote_trackers(document jsonb) RETURNS text[]
STABLE LANGUAGE sql AS $$
	SELECT coalesce(array_agg(ap_text(e, 'href')), '{}')
	FROM ap_list(ap_get(document, 'url')) e
	WHERE jsonb_typeof(e) = 'object'
		AND ap_ids(ap_get(e, 'rel')) @> '{tracker,http}'
		AND ap_web_url(ap_text(e, 'href')) IS NOT NULL
$$;

-- --- captions ------------------------------------------------------------------

-- WebVTT of an entry of subtitleLanguage: its `url` is a text, a Link or a list
-- of those.
CREATE FUNCTION ap_caption_url(entry jsonb) RETURNS text
STABLE LANGUAGE sql AS $$
	SELECT u.href FROM ap_list(ap_get(entry, 'url')) e
	CROSS JOIN LATERAL (SELECT ap_id(e) AS href,
		CASE jsonb_typeof(e) WHEN 'object' THEN ap_media_type(e) END
			AS kind) u
	WHERE ap_web_url(u.href) IS NOT NULL
		AND (u.kind = 'text/vtt' OR (u.kind IS NULL
			AND split_part(u.href, '?', 1) ~* '\.vtt$'))
	LIMIT 1
$$;

CREATE FUNCTION remote_captions_write(video bigint, sent jsonb) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM video_caption c WHERE c.video_id = video;
	INSERT INTO video_caption (video_id, language_id, url, is_automatic)
	SELECT video, l.id, ap_caption_url(e),
		coalesce(ap_flag(e, 'automaticallyGenerated'), false)
	FROM (SELECT e FROM ap_list(ap_get(sent, 'subtitleLanguage')) e
		LIMIT 200) s
	JOIN language l ON l.id = ap_identifier(e)
	WHERE jsonb_typeof(e) = 'object' AND ap_caption_url(e) IS NOT NULL
	ON CONFLICT DO NOTHING;
END $$;

-- --- pictures ------------------------------------------------------------------

-- Of its icons the one that a preview of 850 pixels is best made of.
CREATE FUNCTION ap_icon(document jsonb) RETURNS text
IMMUTABLE LANGUAGE sql AS $$
	SELECT p.url FROM ap_list(ap_get(document, 'icon')) WITH ORDINALITY i (e, nr)
	CROSS JOIN LATERAL (SELECT CASE jsonb_typeof(i.e)
		WHEN 'object' THEN coalesce(ap_id(ap_get(i.e, 'url')),
			i.e ->> 'href')
		ELSE i.e #>> '{}' END AS url,
		CASE jsonb_typeof(i.e) WHEN 'object'
			THEN ap_number(i.e, 'width') END AS width) p
	WHERE ap_host(p.url) IS NOT NULL
	ORDER BY abs(coalesce(p.width, 850) - 850), i.nr
	LIMIT 1
$$;

-- Rows of pictures that are made from it when they are asked for; those of
-- new videos at once.
CREATE FUNCTION remote_icon_write(video bigint, sent jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	icon constant text := ap_icon(sent);
BEGIN
	IF icon IS NULL THEN
		DELETE FROM thumbnail t WHERE t.video_id = video;
		RETURN;
	END IF;
	INSERT INTO thumbnail (video_id, kind, filename, width, height, url)
	SELECT video, k.kind, gen_random_uuid() || '.jpg', k.width, k.height, icon
	FROM (VALUES ('preview', 850, 480), ('thumbnail', 280, 157))
		k (kind, width, height)
	ON CONFLICT (video_id, kind) DO UPDATE SET filename = EXCLUDED.filename,
		url = EXCLUDED.url, bytes = NULL, made_at = NULL;
	IF ap_time(sent, 'published') > now() - interval '30 days' THEN
		PERFORM fetch_picture_later('thumbnail', 'videoId', video, icon);
	END IF;
END $$;

-- Of a storyboard, its size too.
CREATE FUNCTION fetch_picture_later(kind text, owner text, id bigint, url text,
	width int DEFAULT NULL, height int DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	PERFORM fetch_later(jsonb_strip_nulls(jsonb_build_object(
		'what', 'picture', 'kind', kind, owner, id, 'url', url,
		'width', width, 'height', height)),
		format('picture %s %s', kind, id));
END $$;

REVOKE ALL ON FUNCTION fetch_picture_later FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON video_caption, video_chapter
	TO cardume_worker;

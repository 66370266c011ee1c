-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What BitTorrent clients are told.

-- One value of a query string, a space as "+" (WHATWG URL, urlencoded
-- serialiser without its exceptions). Names of plain words, the common case,
-- need no look at each byte.
CREATE FUNCTION url_encode(value text) RETURNS text
IMMUTABLE STRICT LANGUAGE plpgsql AS $$
BEGIN
	IF value ~ '^[A-Za-z0-9 ._~-]*$' THEN
		RETURN replace(value, ' ', '+');
	END IF;
	RETURN (SELECT string_agg(CASE
			WHEN c = ' ' THEN '+'
			WHEN c ~ '^[A-Za-z0-9._~-]$' THEN c
			ELSE upper(regexp_replace(
				encode(convert_to(c, 'UTF8'), 'hex'),
				'(..)', '%\1', 'g'))
		END, '' ORDER BY nr)
		FROM regexp_split_to_table(value, '')
			WITH ORDINALITY AS t (c, nr));
END $$;

-- The same for a URL of ours, which has no other byte to encode.
CREATE FUNCTION url_encode_url(url text) RETURNS text
IMMUTABLE LANGUAGE sql AS $$
	SELECT replace(replace(url, ':', '%3A'), '/', '%2F')
$$;

-- As PeerTube writes it: xs (where the .torrent is, read by remote instances),
-- xt, dn, tr, ws (web seeds). NULL where the file has no torrent.
CREATE FUNCTION magnet_uri(torrent text, info_hash bytea, common text,
	web_seeds text[]) RETURNS text STABLE LANGUAGE sql AS $$
	SELECT 'magnet:?xs=' || url_encode_url(torrent) ||
		'&xt=urn:btih:' || encode(info_hash, 'hex') || common ||
		(SELECT coalesce(string_agg('&ws=' || url_encode_url(s), ''), '')
			FROM unnest(web_seeds) s)
$$;

-- Always with its port, as PeerTube's.
CREATE FUNCTION tracker_socket_url(origin text) RETURNS text
STABLE LANGUAGE sql AS $$
	SELECT regexp_replace(regexp_replace(regexp_replace(origin,
		'^(https://[^:]+)$', '\1:443'),
		'^(http://[^:]+)$', '\1:80'),
		'^http', 'ws') || '/tracker/socket'
$$;

-- What the magnets of all files of a video say.
CREATE FUNCTION magnet_common(name text, origin text) RETURNS text
STABLE LANGUAGE sql AS $$
	SELECT '&dn=' || url_encode(name) ||
		'&tr=' || url_encode_url(origin || '/tracker/announce') ||
		'&tr=' || url_encode_url(tracker_socket_url(origin))
$$;

-- URLs of a file of ours for BitTorrent clients: where it is, and for HLS also
-- where other servers have copies. Files that are served after a check are none.
CREATE FUNCTION web_seeds(v video, f video_file) RETURNS text[]
STABLE LANGUAGE plpgsql AS $$
BEGIN
	IF NOT (v).files_are_public THEN
		RETURN '{}';
	ELSIF (f).playlist_id IS NULL THEN
		RETURN ARRAY[origin() || file_path(v, f)];
	END IF;
	RETURN origin() || file_path(v, f) || ARRAY(SELECT m || '/'
			|| (f).filename
		FROM unnest(video_mirrors((v).id)) m);
END $$;

CREATE FUNCTION magnet(v video, f video_file) RETURNS text
STABLE LANGUAGE sql AS $$
	SELECT magnet_uri(origin() || torrent_path(f), (f).info_hash,
		magnet_common((v).name, origin()),
		web_seeds(v, f))
$$;

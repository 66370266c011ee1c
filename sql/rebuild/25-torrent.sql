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
-- xt, dn, tr, ws (a web seed; none for files that are served after a check).
-- NULL where the file has no torrent.
CREATE FUNCTION magnet(v video, f video_file) RETURNS text
STABLE LANGUAGE sql AS $$
	SELECT 'magnet:?xs=' || url_encode_url(origin() || torrent_path(f)) ||
		'&xt=urn:btih:' || encode((f).info_hash, 'hex') ||
		'&dn=' || url_encode((v).name) ||
		'&tr=' || url_encode_url(origin() || '/tracker/announce') ||
		CASE WHEN (v).files_are_public
			THEN '&ws=' || url_encode_url(origin() || file_path(v, f))
			ELSE '' END
$$;

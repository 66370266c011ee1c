-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What was here and is gone: whoever asks for its id is told so (410), so that
-- other servers forget it too.

CREATE FUNCTION tombstone_write(gone text, was text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	INSERT INTO tombstone (url, former_type) VALUES (gone, was)
	ON CONFLICT (url) DO NOTHING;
END $$;

CREATE FUNCTION ap_tombstone(gone text) RETURNS json
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT json_build_object('@context', ap_context(),
			'id', t.url, 'type', 'Tombstone',
			'formerType', t.former_type,
			'deleted', iso(t.deleted_at))
		FROM tombstone t WHERE t.url = gone);
END $$;

-- Where a path of ours names what is another server's: that one's id of it.
CREATE FUNCTION ap_origin(path text) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
	named constant text := substring(path FROM
		'^/(?:videos/watch|w)/([0-9a-zA-Z-]{22,36})(?:/|$)');
	handle constant text := substring(path FROM
		'^/(?:accounts?|a|video-channels|c)/([^/@]+@[^/]+)(?:/|$)');
BEGIN
	IF path LIKE '/video-playlists/%' THEN
		RETURN (SELECT p.url FROM playlist p
			WHERE p.uuid::text = split_part(path, '/', 3));
	ELSIF handle IS NOT NULL THEN
		RETURN (SELECT a.url FROM actor a WHERE a.name = lower(handle));
	ELSIF named ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' THEN
		RETURN (SELECT v.url FROM video v WHERE v.uuid = named::uuid);
	END IF;
	RETURN (SELECT v.url FROM video v WHERE v.short_uuid = named);
END $$;

REVOKE ALL ON FUNCTION tombstone_write FROM PUBLIC;
GRANT SELECT ON tombstone TO cardume_ap;

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Who may act for whom, and what people are shown of their accounts.

-- May `viewer` change what belongs to `owner`? One's own always; admins
-- everything; moderators what belongs to plain users, never to admins or to
-- each other. Never NULL, whoever owns it.
CREATE FUNCTION may_act_for(viewer bigint, owner bigint) RETURNS boolean
STABLE LANGUAGE sql AS $$
	SELECT viewer IS NOT NULL AND (viewer IS NOT DISTINCT FROM owner
		OR EXISTS (
		SELECT FROM app_user v LEFT JOIN app_user o ON o.id = owner
		WHERE v.id = viewer AND NOT v.is_blocked AND (v.role = 0
			OR (v.role = 1 AND coalesce(o.role, 0) = 2))))
$$;

-- The account of a user; NULL for nobody.
CREATE FUNCTION account_of(who bigint) RETURNS bigint
STABLE LANGUAGE sql AS $$
	SELECT id FROM account WHERE user_id = who
$$;

-- The ids behind local names; 404 where there is none.
CREATE FUNCTION account_named(wanted text) RETURNS bigint
STABLE LANGUAGE plpgsql AS $$
DECLARE
	found bigint := (SELECT c.id FROM account c
		JOIN actor a ON a.id = c.actor_id WHERE a.name = wanted);
BEGIN
	IF found IS NULL THEN
		PERFORM refuse('404', 'Account not found');
	END IF;
	RETURN found;
END $$;

CREATE FUNCTION channel_named(wanted text) RETURNS bigint
STABLE LANGUAGE plpgsql AS $$
DECLARE
	found bigint := (SELECT c.id FROM channel c
		JOIN actor a ON a.id = c.actor_id WHERE a.name = wanted);
BEGIN
	IF found IS NULL THEN
		PERFORM refuse('404', 'Video channel not found');
	END IF;
	RETURN found;
END $$;

-- {total, data} of a list.
CREATE FUNCTION listed(total bigint, data json) RETURNS json
STABLE LANGUAGE sql AS $$
	SELECT json_build_object('total', coalesce(total, 0),
		'data', coalesce(data, '[]'))
$$;

-- "Firefox on Linux" from a User-Agent header, for one's own eyes.
CREATE FUNCTION device_name(agent text) RETURNS text IMMUTABLE LANGUAGE sql
AS $$
	SELECT CASE
		WHEN agent IS NULL THEN '?'
		WHEN agent !~ '^Mozilla/' THEN left(agent, 60)
		ELSE CASE
			WHEN agent ~ 'Firefox/' THEN 'Firefox'
			WHEN agent ~ 'Edg(A|iOS)?/' THEN 'Edge'
			WHEN agent ~ 'OPR/' THEN 'Opera'
			WHEN agent ~ '(Chrome|Chromium|CriOS)/' THEN 'Chrome'
			WHEN agent ~ 'Safari/' THEN 'Safari'
			ELSE 'Browser' END
		|| CASE
			WHEN agent ~ 'Android' THEN ' on Android'
			WHEN agent ~ '(iPhone|iPad)' THEN ' on iOS'
			WHEN agent ~ 'Windows' THEN ' on Windows'
			WHEN agent ~ 'Macintosh' THEN ' on macOS'
			WHEN agent ~ 'Linux' THEN ' on Linux'
			ELSE '' END
	END
$$;

-- Videos are found by their channel's name: video_derive() takes it anew.
CREATE FUNCTION channel_renamed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	UPDATE video SET channel_id = channel_id WHERE channel_id = NEW.id;
	RETURN NULL;
END $$;
CREATE TRIGGER channel_renamed AFTER UPDATE OF display_name ON channel
	FOR EACH ROW WHEN (OLD.display_name <> NEW.display_name)
	EXECUTE FUNCTION channel_renamed();

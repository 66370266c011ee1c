-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Who may act for whom, and what people are shown of their accounts.

-- May `viewer` change what belongs to `owner`? One's own always; admins
-- everything; moderators what belongs to plain users, never to admins or to
-- each other.
CREATE FUNCTION may_act_for(viewer bigint, owner bigint) RETURNS boolean
STABLE LANGUAGE sql AS $$
	SELECT viewer IS NOT NULL AND (viewer = owner OR EXISTS (
		SELECT FROM app_user v LEFT JOIN app_user o ON o.id = owner
		WHERE v.id = viewer AND NOT v.is_blocked AND (v.role = 0
			OR (v.role = 1 AND coalesce(o.role, 0) = 2))))
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

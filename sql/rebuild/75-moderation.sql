-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Reports, blocked videos, muted accounts and servers.

-- A row in video_blacklist is what blocks a video; the column is what all
-- queries look at (20-video.sql).
CREATE FUNCTION video_blacklisted() RETURNS trigger
SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
BEGIN
	UPDATE video SET is_blocked = TG_OP = 'INSERT'
	WHERE id = (CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END).video_id;
	RETURN NULL;
END $$;
CREATE TRIGGER video_blacklisted AFTER INSERT OR DELETE ON video_blacklist
	FOR EACH ROW EXECUTE FUNCTION video_blacklisted();

GRANT SELECT ON video_blacklist TO cardume_page, cardume_api, cardume_upload;

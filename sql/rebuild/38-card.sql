-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What lists of pages show of a video, made once and kept in video.card: a
-- home page shows 24 of them, and making them was most of what it cost.

CREATE FUNCTION card_of(v video) RETURNS json STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT json_build_object(
		'shortUUID', v.short_uuid,
		'name', v.name,
		'duration', v.duration,
		'views', v.views,
		'publishedAt', iso(v.published_at),
		'thumbnailPath', '/lazy-static/thumbnails/' || t.filename,
		'nsfw', v.nsfw,
		'channel', json_build_object(
			'name', a.name, 'displayName', c.display_name,
			-- another server's
			'host', nullif(split_part(a.name, '@', 2), '')))
	FROM channel c
	JOIN actor a ON a.id = c.actor_id
	LEFT JOIN thumbnail t ON t.video_id = v.id AND t.kind = 'thumbnail'
	WHERE c.id = v.channel_id);
END $$;

CREATE FUNCTION video_make_card() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	NEW.card := card_of(NEW);
	RETURN NEW;
END $$;
-- After video_derive, which makes short_uuid: triggers run by name. A channel
-- that gets another name touches its videos' channel_id (12-user.sql).
CREATE TRIGGER video_make_card BEFORE INSERT OR UPDATE OF uuid, name,
	duration, views, published_at, nsfw, channel_id ON video
	FOR EACH ROW EXECUTE FUNCTION video_make_card();

CREATE FUNCTION thumbnail_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	UPDATE video v SET card = card_of(v)
	WHERE v.id = CASE TG_OP WHEN 'DELETE' THEN OLD.video_id
		ELSE NEW.video_id END;
	RETURN NULL;
END $$;
CREATE TRIGGER thumbnail_changed AFTER INSERT OR UPDATE OR DELETE ON thumbnail
	FOR EACH ROW EXECUTE FUNCTION thumbnail_changed();

-- The order and the limit of a list are the asker's; where a sort is needed,
-- sort ids first and join this view afterwards.
CREATE VIEW video_card AS
SELECT id, card, is_published, privacy, published_at, channel_id, host_id,
	nsfw
FROM video;

-- An upgrade may have changed their shape.
UPDATE video v SET card = card_of(v)
WHERE card::text IS DISTINCT FROM card_of(v)::text;

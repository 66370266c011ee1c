-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Comments in feeds and on the watch page.

-- The newest comments that everybody is told of, on public videos: of one
-- video, of a channel, of an account's channels, of all. Texts are fit for XML.
CREATE FUNCTION feed_comments(max_items int, of_video bigint, channel bigint,
	account bigint) RETURNS json STABLE LANGUAGE plpgsql
SET plan_cache_mode = force_custom_plan AS $$
DECLARE
	ids bigint[];
BEGIN
	IF of_video IS NULL AND num_nonnulls(channel, account) > 0 THEN
		ids := ARRAY(SELECT n.id FROM channel h
			CROSS JOIN LATERAL (SELECT c.id, c.created_at
				FROM comment c JOIN video v ON v.id = c.video_id
				WHERE c.channel_id = h.id
					AND comment_is_told(c)
					AND comment_visible(c, NULL, false)
					AND video_is_listed(v)
					AND v.comments_policy <> 2
				ORDER BY c.created_at DESC, c.id DESC
				LIMIT max_items) n
			WHERE h.id = channel OR h.account_id = account
			ORDER BY n.created_at DESC, n.id DESC LIMIT max_items);
	ELSE
		ids := ARRAY(SELECT c.id
			FROM comment c JOIN video v ON v.id = c.video_id
			WHERE (of_video IS NULL OR c.video_id = of_video)
				AND comment_is_told(c)
				AND comment_visible(c, NULL, false)
				AND video_is_listed(v) AND v.comments_policy <> 2
			ORDER BY c.created_at DESC, c.id DESC LIMIT max_items);
	END IF;
	RETURN (SELECT coalesce(json_agg(json_build_object(
			'id', c.id,
			'url', comment_url(c, v.uuid),
			'path', '/w/' || v.short_uuid || '#comment-' || c.id,
			'text', xml_text(c.text),
			'publishedAt', iso(c.created_at),
			'updatedAt', iso(c.updated_at),
			'videoName', xml_text(v.name),
			'author', json_build_object(
				'name', xml_text(o.face ->> 'displayName'),
				'url', o.face ->> 'url')) ORDER BY k.nr), '[]')
		FROM unnest(ids) WITH ORDINALITY k (id, nr)
		JOIN comment c ON c.id = k.id
		JOIN video v ON v.id = c.video_id
		JOIN account o ON o.id = c.account_id);
END $$;

-- Of what the feed is; no row where the named one is not, or not for everybody.
CREATE FUNCTION feed_comment_source(named_video text, channel_id bigint,
	channel_name text, account_id bigint, account_name text)
RETURNS TABLE (of_video bigint, channel bigint, account bigint, title text,
	description text, path text) STABLE LANGUAGE plpgsql AS $$
BEGIN
	IF named_video IS NOT NULL THEN
		RETURN QUERY SELECT v.id, NULL::bigint, NULL::bigint,
			xml_text(v.name), '', '/w/' || v.short_uuid
		FROM video v
		WHERE v.id = video_id(named_video) AND video_is_listed(v);
	ELSE
		RETURN QUERY SELECT NULL::bigint, s.channel, s.account, s.title,
			s.description, s.path
		FROM feed_source(channel_id, channel_name, account_id,
			account_name) s;
	END IF;
END $$;

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- A video's passwords, the sites that may show it, and how its player looks.

-- --- passwords -----------------------------------------------------------------

-- The id of a video with passwords that the viewer may change, locked.
CREATE FUNCTION video_with_passwords(named text, viewer bigint) RETURNS bigint
STABLE LANGUAGE plpgsql AS $$
DECLARE
	video constant bigint := video_edited(named, viewer);
BEGIN
	IF (SELECT v.privacy FROM video v WHERE v.id = video) <> 5 THEN
		PERFORM refuse('400', 'The video is not password protected');
	END IF;
	RETURN video;
END $$;

CREATE FUNCTION password_list(named text, viewer bigint, first int, nr int,
	sort text) RETURNS json STABLE LANGUAGE plpgsql AS $$
DECLARE
	video constant bigint := video_with_passwords(named, viewer);
BEGIN
	RETURN listed((SELECT count(*) FROM video_password p
			WHERE p.video_id = video),
		(SELECT json_agg(json_build_object('id', p.id,
			'password', p.password, 'videoId', p.video_id,
			'createdAt', iso(p.created_at),
			'updatedAt', iso(p.updated_at)) ORDER BY p.place)
		FROM (SELECT *, row_number() OVER (ORDER BY
				CASE WHEN sort LIKE '-%' THEN created_at
					END DESC,
				CASE WHEN sort LIKE '-%' THEN id END DESC,
				created_at, id) AS place
			FROM video_password WHERE video_id = video) p
		WHERE p.place > first AND p.place <= first + nr));
END $$;

-- Those that stay keep what was opened by them.
CREATE FUNCTION passwords_replace(named text, viewer bigint, given text[])
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	video constant bigint := video_with_passwords(named, viewer);
BEGIN
	IF EXISTS (SELECT FROM unnest(given) p
			WHERE char_length(p) NOT BETWEEN 2 AND 100)
			OR coalesce(cardinality(given), 0) = 0 THEN
		PERFORM refuse_field('passwords',
			'Should be texts of 2 to 100 characters');
	ELSIF (SELECT count(DISTINCT p) FROM unnest(given) p)
			< cardinality(given) THEN
		PERFORM refuse_field('passwords', 'A password is there twice');
	END IF;
	PERFORM FROM video v WHERE v.id = video FOR NO KEY UPDATE;
	DELETE FROM video_password p
	WHERE p.video_id = video AND p.password <> ALL (given);
	INSERT INTO video_password (video_id, password)
	SELECT video, p FROM unnest(given) p
	ON CONFLICT (video_id, password) DO NOTHING;
	PERFORM video_act_write(video, viewer, 6);
	RETURN '';
END $$;

CREATE FUNCTION password_add(named text, viewer bigint, given text)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	video constant bigint := video_with_passwords(named, viewer);
BEGIN
	PERFORM FROM video v WHERE v.id = video FOR NO KEY UPDATE;
	IF (SELECT count(*) FROM video_password p
			WHERE p.video_id = video AND p.password <> given) >= 20
	THEN
		PERFORM refuse('400', 'A video has at most 20 passwords.');
	END IF;
	INSERT INTO video_password (video_id, password) VALUES (video, given)
	ON CONFLICT (video_id, password) DO NOTHING;
	PERFORM video_act_write(video, viewer, 6);
	RETURN '';
END $$;

CREATE FUNCTION password_delete(named text, viewer bigint, wanted bigint)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	video constant bigint := video_with_passwords(named, viewer);
BEGIN
	PERFORM FROM video v WHERE v.id = video FOR NO KEY UPDATE;
	IF NOT EXISTS (SELECT FROM video_password p
			WHERE p.id = wanted AND p.video_id = video) THEN
		PERFORM refuse('404', 'Video password not found');
	ELSIF (SELECT count(*) FROM video_password p
			WHERE p.video_id = video) = 1 THEN
		PERFORM refuse('400', 'Cannot delete the last password of the'
			' protected video');
	END IF;
	DELETE FROM video_password p
	WHERE p.id = wanted AND p.video_id = video;
	PERFORM video_act_write(video, viewer, 6);
	RETURN '';
END $$;

-- --- where it may be shown -----------------------------------------------------

CREATE FUNCTION embed_privacy(named text, viewer bigint) RETURNS json
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT json_build_object(
			'policy', embed_policy_document(v.embed_policy),
			'domains', v.embed_domains)
		FROM video v WHERE v.id = video_edited(named, viewer));
END $$;

-- A host with or without a port, as it stands in a Content-Security-Policy.
CREATE FUNCTION is_embed_domain(name text) RETURNS boolean
IMMUTABLE LANGUAGE sql AS $$
	SELECT octet_length(name) <= 261 AND name ~
		'^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*(:[0-9]{1,5})?$'
$$;

CREATE FUNCTION embed_privacy_update(named text, viewer bigint, policy int,
	domains text[]) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	video constant bigint := video_edited(named, viewer);
	kept constant text[] := ARRAY(SELECT DISTINCT lower(d) AS d
		FROM unnest(domains) d WHERE policy = 2 ORDER BY d);
BEGIN
	IF EXISTS (SELECT FROM unnest(domains) d
			WHERE NOT is_embed_domain(lower(d))) THEN
		PERFORM refuse_field('domains', 'Should be names of hosts');
	ELSIF octet_length(array_to_string(kept, ' ')) > 4000 THEN
		-- they stand in a header of the page
		PERFORM refuse_field('domains',
			'Should be 4,000 characters at most, all in all');
	END IF;
	UPDATE video v SET embed_policy = policy, embed_domains = kept,
		updated_at = now()
	WHERE v.id = video;
	PERFORM video_act_write(video, viewer, 15);
	RETURN '';
END $$;

CREATE FUNCTION embed_allowed(named text, viewer bigint, domain text)
RETURNS json STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT json_build_object(
			'domainAllowed', v.embed_policy = 1
				OR lower(domain) = ANY (v.embed_domains),
			'userBypassAllowed',
				coalesce(video_may_oversee(v, viewer), false))
		FROM video v WHERE v.id = video_known(named, viewer));
END $$;

-- --- the player ----------------------------------------------------------------

CREATE FUNCTION player_settings(theme text) RETURNS json
IMMUTABLE LANGUAGE sql AS $$
	SELECT json_build_object('theme', theme)
$$;

CREATE FUNCTION player_of_video(named text, viewer bigint, raw boolean)
RETURNS json STABLE LANGUAGE plpgsql AS $$
DECLARE
	v video;
BEGIN
	IF raw THEN
		IF viewer IS NULL THEN
			PERFORM refuse('401', 'Sign in to see what was chosen.');
		END IF;
		SELECT * INTO v FROM video WHERE id = video_edited(named,
			viewer);
		RETURN player_settings(coalesce(v.player_theme,
			'channel-default'));
	END IF;
	SELECT * INTO v FROM video WHERE id = video_known(named, viewer);
	RETURN player_settings(CASE v.player_theme
		WHEN 'instance-default' THEN 'galaxy'
		ELSE coalesce(v.player_theme, (SELECT c.player_theme
			FROM channel c WHERE c.id = v.channel_id), 'galaxy')
		END);
END $$;

CREATE FUNCTION player_of_video_update(named text, viewer bigint, theme text)
RETURNS json LANGUAGE plpgsql AS $$
DECLARE
	video constant bigint := video_edited(named, viewer);
BEGIN
	UPDATE video v SET player_theme = nullif(theme, 'channel-default')
	WHERE v.id = video;
	RETURN player_settings(theme);
END $$;

CREATE FUNCTION player_of_channel(named text, viewer bigint, raw boolean)
RETURNS json STABLE LANGUAGE plpgsql AS $$
BEGIN
	IF raw AND viewer IS NULL THEN
		PERFORM refuse('401', 'Sign in to see what was chosen.');
	END IF;
	RETURN (SELECT player_settings(coalesce(c.player_theme, CASE WHEN raw
			THEN 'instance-default' ELSE 'galaxy' END))
		FROM channel c WHERE c.id = CASE WHEN raw
			THEN channel_edited(named, viewer)
			ELSE channel_named(named) END);
END $$;

CREATE FUNCTION player_of_channel_update(named text, viewer bigint, theme text)
RETURNS json LANGUAGE plpgsql AS $$
DECLARE
	channel constant bigint := channel_edited(named, viewer);
BEGIN
	UPDATE channel c SET player_theme = nullif(theme, 'instance-default')
	WHERE c.id = channel;
	RETURN player_settings(theme);
END $$;

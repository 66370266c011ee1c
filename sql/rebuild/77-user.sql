-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Accounts: made, changed, administrated and removed. Programs may not write
-- the table app_user but for what people choose for themselves; all else goes
-- through functions here that run as the owner of the schema and look at who
-- asks.

-- The admin's account nobody can block, remove or take rights from; who is no
-- admin does not become that by the name.
CREATE FUNCTION is_root(who bigint) RETURNS boolean STABLE LANGUAGE sql AS $$
	SELECT EXISTS (SELECT FROM app_user u
		JOIN account c ON c.user_id = u.id
		JOIN actor a ON a.id = c.actor_id
		WHERE u.id = who AND u.role = 0 AND a.name = 'root')
$$;

-- Looks like an address, and can be told to a mail server as it is.
CREATE FUNCTION is_email(given text) RETURNS boolean IMMUTABLE LANGUAGE sql
AS $$
	SELECT octet_length(given) <= 400 AND given ~ ('^[^][:space:][:cntrl:]' ||
		'<>(),;:\\"@[]{1,64}@[^][:space:][:cntrl:]<>(),;:\\"@[]{1,255}$')
$$;

CREATE FUNCTION check_email(given text) RETURNS void
STABLE LANGUAGE plpgsql AS $$
BEGIN
	IF given IS NULL OR NOT is_email(given) THEN
		PERFORM refuse_field('email', 'Should have a valid email');
	END IF;
END $$;

-- A new name of a user or a channel: 400 where it is none, 409 where it is, or
-- was, somebody's.
CREATE FUNCTION check_new_name(given text, field text, what text) RETURNS void
STABLE LANGUAGE plpgsql AS $$
BEGIN
	IF given IS NULL OR given !~ '^[a-z0-9][a-z0-9._-]{0,49}$' THEN
		PERFORM refuse_field(field, 'A name has 1 to 50 of a-z 0-9 . _ -'
			' and begins with a letter or digit');
	END IF;
	IF EXISTS (SELECT FROM used_name WHERE name = given) THEN
		PERFORM refuse('409', what || ' with this name already exists on'
			' this instance.');
	END IF;
END $$;

CREATE FUNCTION check_new_email(given text, but bigint DEFAULT 0)
RETURNS void STABLE LANGUAGE plpgsql AS $$
BEGIN
	PERFORM check_email(given);
	IF EXISTS (SELECT FROM app_user
		WHERE lower(email) = lower(given) AND id <> but)
	THEN
		PERFORM refuse('409', 'User with this email already exists.');
	END IF;
END $$;

-- {username, email, channelName} of a user to be.
CREATE FUNCTION check_new_user(u jsonb) RETURNS void
STABLE LANGUAGE plpgsql AS $$
BEGIN
	PERFORM check_new_name(u ->> 'username', 'username', 'User');
	PERFORM check_new_email(u ->> 'email');
	IF u ->> 'channelName' IS NULL THEN
		RETURN;
	END IF;
	IF u ->> 'channelName' = u ->> 'username' THEN
		PERFORM refuse('400',
			'Channel name cannot be the same as user username.');
	END IF;
	PERFORM check_new_name(u ->> 'channelName', 'channelName',
		'Video channel');
END $$;

-- A user, the account and the first channel, which is named as PeerTube names
-- it where no name is given. Keys: public and private of the account, then of
-- the channel.
CREATE FUNCTION user_create_write(u jsonb, hash text, keys text[],
	OUT new_user bigint, OUT new_account bigint, OUT channel text)
LANGUAGE plpgsql AS $$
DECLARE
	name constant text := u ->> 'username';
	actor_id bigint;
BEGIN
	INSERT INTO app_user (email, password_hash, role, video_quota,
		video_quota_daily, admin_flags, is_email_verified)
	VALUES (u ->> 'email', hash, coalesce((u ->> 'role')::smallint, 2),
		coalesce((u ->> 'videoQuota')::bigint,
			setting('user.video_quota')::bigint, -1),
		coalesce((u ->> 'videoQuotaDaily')::bigint,
			setting('user.video_quota_daily')::bigint, -1),
		coalesce((u ->> 'adminFlags')::smallint, 0),
		CASE WHEN u ? 'emailVerified'
			THEN (u ->> 'emailVerified')::boolean ELSE true END)
	RETURNING id INTO new_user;
	INSERT INTO actor (kind, name, public_key)
	VALUES ('Person', name, keys[1]) RETURNING id INTO actor_id;
	INSERT INTO actor_key VALUES (actor_id, keys[2]);
	INSERT INTO account (actor_id, actor_kind, user_id, display_name)
	VALUES (actor_id, 'Person', new_user,
		coalesce(u ->> 'displayName', name))
	RETURNING id INTO new_account;
	channel := coalesce(u ->> 'channelName', CASE
		WHEN char_length(name) > 42 OR EXISTS (SELECT FROM used_name n
			WHERE n.name = u ->> 'username' || '_channel')
		THEN gen_random_uuid()::text ELSE name || '_channel' END);
	INSERT INTO actor (kind, name, public_key)
	VALUES ('Group', channel, keys[3]) RETURNING id INTO actor_id;
	INSERT INTO actor_key VALUES (actor_id, keys[4]);
	INSERT INTO channel (actor_id, account_id, display_name)
	VALUES (actor_id, new_account, coalesce(u ->> 'channelDisplayName',
		'Main ' || name || ' channel'));
END $$;
REVOKE ALL ON FUNCTION user_create_write FROM PUBLIC;

-- Administration --------------------------------------------------------------

-- Moderators have to do with plain users only, not with themselves: their quota
-- is another's to give. 404 where there is none.
CREATE FUNCTION check_manages(viewer bigint, who bigint) RETURNS void
STABLE LANGUAGE plpgsql AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM app_user WHERE id = who) THEN
		PERFORM refuse('404', 'User not found');
	END IF;
	IF NOT EXISTS (SELECT FROM app_user v JOIN app_user o ON o.id = who
			WHERE v.id = viewer AND NOT v.is_blocked
			AND (v.role = 0 OR (v.role = 1 AND o.role = 2))) THEN
		PERFORM refuse('403',
			'Users can only be managed by moderators or admins.');
	END IF;
END $$;

-- Which role may be given by whom.
CREATE FUNCTION check_gives_role(viewer bigint, given int) RETURNS void
STABLE LANGUAGE plpgsql AS $$
BEGIN
	IF given <> 2 AND NOT EXISTS (SELECT FROM app_user
		WHERE id = viewer AND role = 0 AND NOT is_blocked)
	THEN
		PERFORM refuse('403', 'You can only create users (and not '
			'administrators or moderators)');
	END IF;
END $$;

CREATE FUNCTION user_add_check(viewer bigint, u jsonb) RETURNS void
STABLE LANGUAGE plpgsql AS $$
BEGIN
	IF NOT is_moderator(viewer) THEN
		PERFORM refuse('403', 'You may not do this.');
	END IF;
	PERFORM check_gives_role(viewer, (u ->> 'role')::int);
	PERFORM check_new_user(u);
END $$;

-- Without a password of the creator's the user gets a mail to choose one.
CREATE FUNCTION user_add_write(viewer bigint, u jsonb, hash text, keys text[])
RETURNS json LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	made record;
BEGIN
	PERFORM user_add_check(viewer, u);
	SELECT * INTO made FROM user_create_write(u - 'emailVerified', hash, keys);
	IF nullif(u ->> 'password', '') IS NULL THEN
		PERFORM user_mail_write(made.new_user, 'user-created',
			'reset-password', '7 days');
	END IF;
	RETURN json_build_object('user', json_build_object(
		'id', made.new_user,
		'account', json_build_object('id', made.new_account)));
END $$;
REVOKE ALL ON FUNCTION user_add_write FROM PUBLIC;
GRANT EXECUTE ON FUNCTION user_add_write TO cardume_api;

-- A new role or password signs the user out.
CREATE FUNCTION user_update_write(viewer bigint, who bigint, u jsonb, hash text)
RETURNS boolean LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	before app_user;
	new_role constant int := u ->> 'role';
BEGIN
	PERFORM check_manages(viewer, who);
	SELECT * INTO before FROM app_user WHERE id = who FOR UPDATE;
	IF new_role <> before.role THEN
		PERFORM check_gives_role(viewer, new_role);
		IF is_root(who) THEN
			PERFORM refuse('400', 'Cannot change root role.');
		END IF;
	END IF;
	IF u ->> 'email' IS NOT NULL THEN
		PERFORM check_new_email(u ->> 'email', who);
	END IF;
	UPDATE app_user SET role = coalesce(new_role, role),
		email = coalesce(u ->> 'email', email),
		is_email_verified = coalesce((u ->> 'emailVerified')::boolean,
			is_email_verified),
		video_quota = coalesce((u ->> 'videoQuota')::bigint,
			video_quota),
		video_quota_daily = coalesce((u ->> 'videoQuotaDaily')::bigint,
			video_quota_daily),
		admin_flags = coalesce((u ->> 'adminFlags')::smallint,
			admin_flags),
		password_hash = coalesce(hash, password_hash)
	WHERE id = who;
	IF hash IS NOT NULL OR new_role <> before.role THEN
		PERFORM user_sign_out_write(who, 0);
	END IF;
	RETURN true;
END $$;
REVOKE ALL ON FUNCTION user_update_write FROM PUBLIC;
GRANT EXECUTE ON FUNCTION user_update_write TO cardume_api;

CREATE FUNCTION user_block_write(viewer bigint, who bigint, blocked boolean,
	reason text) RETURNS boolean LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	PERFORM check_manages(viewer, who);
	IF blocked AND is_root(who) THEN
		PERFORM refuse('400', 'Cannot block the root user.');
	END IF;
	UPDATE app_user SET is_blocked = blocked,
		blocked_reason = CASE WHEN blocked THEN reason END
	WHERE id = who;
	IF blocked THEN
		PERFORM user_sign_out_write(who, 0);
	END IF;
	PERFORM user_mail_write(who, CASE WHEN blocked THEN 'user-blocked'
		ELSE 'user-unblocked' END, data => jsonb_build_object(
			'reason', coalesce(reason, '')));
	RETURN true;
END $$;
REVOKE ALL ON FUNCTION user_block_write FROM PUBLIC;
GRANT EXECUTE ON FUNCTION user_block_write TO cardume_api;

-- Everything the user has made goes; files follow by jobs (26-files.sql).
CREATE FUNCTION user_forget_write(who bigint) RETURNS void LANGUAGE plpgsql
AS $$
BEGIN
	IF is_root(who) THEN
		PERFORM refuse('400', 'Cannot remove the root user.');
	END IF;
	DELETE FROM mail_secret WHERE subject = who
		AND purpose <> 'verify-registration';
	DELETE FROM actor WHERE id IN (SELECT c.actor_id FROM channel c
		WHERE c.account_id = account_of(who));
	DELETE FROM actor WHERE id = (SELECT actor_id FROM account
		WHERE user_id = who);
	DELETE FROM app_user WHERE id = who;
END $$;
REVOKE ALL ON FUNCTION user_forget_write FROM PUBLIC;

CREATE FUNCTION user_remove_write(viewer bigint, who bigint)
RETURNS boolean LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	IF viewer <> who THEN
		PERFORM check_manages(viewer, who);
	END IF;
	PERFORM user_forget_write(who);
	RETURN true;
END $$;
REVOKE ALL ON FUNCTION user_remove_write FROM PUBLIC;
GRANT EXECUTE ON FUNCTION user_remove_write TO cardume_api;

-- A condition: users whose name or address holds `search` (10,000 of each, of
-- many); all where it is NULL.
CREATE FUNCTION users_found(search text, want_blocked boolean, want_role int)
RETURNS text STABLE LANGUAGE sql AS $$
	SELECT ' WHERE true' ||
	CASE WHEN search IS NULL THEN '' ELSE format(' AND u.id IN (
		(SELECT id FROM app_user WHERE lower(email) LIKE %1$L
			LIMIT 10000)
		UNION ALL (SELECT o.user_id FROM account o
			JOIN actor p ON p.id = o.actor_id
			WHERE p.kind = ''Person'' AND p.name LIKE %1$L
			LIMIT 10000))',
		anywhere(lower(search))) END ||
	CASE WHEN want_blocked THEN ' AND u.is_blocked'
		WHEN NOT want_blocked THEN ' AND NOT u.is_blocked' ELSE '' END ||
	coalesce(' AND u.role = ' || want_role, '')
$$;

-- Planned with its values. Of many, 10,000 are counted.
CREATE FUNCTION users_list(first int, nr int, sort text, search text,
	want_blocked boolean, want_role int) RETURNS json
STABLE LANGUAGE plpgsql AS $$
DECLARE
	found constant text := users_found(search, want_blocked, want_role);
	down constant text := CASE WHEN sort LIKE '-%' THEN 'DESC' ELSE 'ASC' END;
	key constant text := CASE ltrim(sort, '-')
		WHEN 'id' THEN 'u.id' WHEN 'username' THEN 'a.name'
		WHEN 'videoQuotaUsed' THEN 'u.used_bytes'
		WHEN 'lastLoginDate' THEN 'u.last_login_at'
		WHEN 'role' THEN 'u.role' ELSE 'u.created_at' END;
	ids bigint[];
	total bigint;
BEGIN
	EXECUTE format('SELECT array(SELECT u.id FROM app_user u %s %s
		ORDER BY %s %s, u.id %s LIMIT %s OFFSET %s)',
		CASE WHEN key = 'a.name' THEN 'JOIN account c ON c.user_id = u.id
			JOIN actor a ON a.id = c.actor_id' END,
		found, key, down, down, nr, first) INTO ids;
	EXECUTE format('SELECT count(*) FROM (SELECT FROM app_user u %s
		LIMIT 10000) f', found) INTO total;
	-- (a user whose account is being removed has no document)
	RETURN listed(total, (SELECT json_agg(d.document ORDER BY n)
		FROM unnest(ids) WITH ORDINALITY k (i, n)
		JOIN LATERAL (SELECT m.document FROM user_item m
			WHERE m.id = i) d ON true));
END $$;

-- Oneself ---------------------------------------------------------------------

CREATE FUNCTION check_languages(given jsonb) RETURNS void
STABLE LANGUAGE plpgsql AS $$
BEGIN
	IF jsonb_typeof(given) = 'array' AND EXISTS (
		SELECT FROM jsonb_array_elements_text(given) l
		WHERE l <> '_unknown' AND NOT EXISTS (
			SELECT FROM language WHERE id = l))
	THEN
		PERFORM refuse_field('videoLanguages',
			'Should have known languages');
	END IF;
END $$;

-- A new address waits for its owner's word where the instance wants that.
CREATE FUNCTION me_email_write(viewer bigint, given text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	PERFORM check_new_email(given, viewer);
	IF wants_verified_email() THEN
		UPDATE app_user SET pending_email = given WHERE id = viewer;
		PERFORM user_mail_write(viewer, 'verify-email',
			'verify-pending-email', recipient => given);
	ELSE
		UPDATE app_user SET email = given, pending_email = NULL
		WHERE id = viewer;
	END IF;
END $$;

-- Members that were sent take the place of what is there. A new password ends
-- all other sessions; `token` is the present one.
CREATE FUNCTION me_update_write(viewer bigint, token bigint, u jsonb,
	hash text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	PERFORM check_languages(u -> 'videoLanguages');
	IF u ->> 'theme' NOT IN ('instance-default', 'default') THEN
		PERFORM refuse_field('theme', 'Should have a valid theme');
	END IF;
	IF u ->> 'email' IS NOT NULL THEN
		PERFORM me_email_write(viewer, u ->> 'email');
	END IF;
	UPDATE app_user SET
		nsfw_policy = coalesce(u ->> 'nsfwPolicy', nsfw_policy),
		nsfw_flags_displayed = coalesce((u ->> 'nsfwFlagsDisplayed')
			::smallint, nsfw_flags_displayed),
		nsfw_flags_hidden = coalesce((u ->> 'nsfwFlagsHidden')
			::smallint, nsfw_flags_hidden),
		nsfw_flags_warned = coalesce((u ->> 'nsfwFlagsWarned')
			::smallint, nsfw_flags_warned),
		nsfw_flags_blurred = coalesce((u ->> 'nsfwFlagsBlurred')
			::smallint, nsfw_flags_blurred),
		auto_play_video = coalesce((u ->> 'autoPlayVideo')::boolean,
			auto_play_video),
		auto_play_next_video = coalesce((u ->> 'autoPlayNextVideo')
			::boolean, auto_play_next_video),
		auto_play_next_video_playlist = coalesce(
			(u ->> 'autoPlayNextVideoPlaylist')::boolean,
			auto_play_next_video_playlist),
		p2p_enabled = coalesce((u ->> 'p2pEnabled')::boolean,
			p2p_enabled),
		videos_history_enabled = coalesce((u ->> 'videosHistoryEnabled')
			::boolean, videos_history_enabled),
		video_languages = CASE jsonb_typeof(u -> 'videoLanguages')
			WHEN 'array' THEN ARRAY(SELECT jsonb_array_elements_text(
				u -> 'videoLanguages'))
			WHEN 'null' THEN NULL ELSE video_languages END,
		language = CASE WHEN u ? 'language'
			THEN nullif(u ->> 'language', '') ELSE language END,
		theme = coalesce(u ->> 'theme', theme),
		is_email_public = coalesce((u ->> 'emailPublic')::boolean,
			is_email_public),
		no_instance_config_warning_modal = coalesce(
			(u ->> 'noInstanceConfigWarningModal')::boolean,
			no_instance_config_warning_modal),
		no_welcome_modal = coalesce((u ->> 'noWelcomeModal')::boolean,
			no_welcome_modal),
		no_account_setup_warning_modal = coalesce(
			(u ->> 'noAccountSetupWarningModal')::boolean,
			no_account_setup_warning_modal),
		password_hash = coalesce(hash, password_hash)
	WHERE id = viewer;
	IF hash IS NOT NULL THEN
		PERFORM user_sign_out_write(viewer, token);
	END IF;
	UPDATE account SET
		display_name = coalesce(u ->> 'displayName', display_name),
		description = CASE WHEN u ? 'description'
			THEN nullif(u ->> 'description', '') ELSE description END
	WHERE user_id = viewer AND (u ?| ARRAY['displayName', 'description']);
	IF FOUND THEN
		UPDATE actor SET updated_at = now() WHERE id =
			(SELECT actor_id FROM account WHERE user_id = viewer);
	END IF;
	RETURN true;
END $$;

-- Ends all sessions of a user but the token of this number, and what links in
-- mails could still do to the password.
CREATE FUNCTION user_sign_out_write(who bigint, but_token bigint)
RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	DELETE FROM session WHERE user_id = who;
	DELETE FROM token WHERE user_id = who AND id <> but_token;
	DELETE FROM mail_secret WHERE subject = who
		AND purpose = 'reset-password';
END $$;
REVOKE ALL ON FUNCTION user_sign_out_write FROM PUBLIC;
GRANT EXECUTE ON FUNCTION user_sign_out_write TO cardume_api, cardume_page;

GRANT SELECT (pending_email, is_email_verified, is_email_public, admin_flags,
	auto_play_video, auto_play_next_video, auto_play_next_video_playlist,
	p2p_enabled, videos_history_enabled, video_languages, language, theme,
	used_bytes)
	ON app_user TO cardume_api, cardume_page;
GRANT UPDATE (email, pending_email, is_email_verified, is_email_public,
	nsfw_policy, nsfw_flags_displayed, nsfw_flags_hidden, nsfw_flags_warned,
	nsfw_flags_blurred, auto_play_video, auto_play_next_video,
	auto_play_next_video_playlist, p2p_enabled, videos_history_enabled,
	video_languages, language, theme, no_instance_config_warning_modal,
	no_welcome_modal, no_account_setup_warning_modal, new_features_read)
	ON app_user TO cardume_api;
GRANT SELECT ON used_name TO cardume_api;
GRANT SELECT (used_bytes), UPDATE (used_bytes) ON app_user TO cardume_worker;
GRANT SELECT (nsfw_flags_displayed, nsfw_flags_hidden, nsfw_flags_warned,
	nsfw_flags_blurred, no_instance_config_warning_modal, no_welcome_modal,
	no_account_setup_warning_modal, new_features_read) ON app_user
	TO cardume_api;

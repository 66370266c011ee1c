-- SPDX-License-Identifier: AGPL-3.0-or-later
-- How strangers come to have an account: at once, or by asking moderators.

-- Users and those who wait, until the limit and no further.
CREATE FUNCTION signup_is_full() RETURNS boolean STABLE LANGUAGE sql AS $$
	SELECT most >= 0 AND most <= (SELECT count(*) FROM (
		SELECT FROM app_user UNION ALL
		SELECT FROM registration WHERE state = 1 LIMIT most) u)
	FROM (SELECT setting('signup.limit')::bigint AS most) s
$$;

CREATE FUNCTION signup_is_open() RETURNS boolean STABLE LANGUAGE sql AS $$
	SELECT setting('signup.enabled') = 'true' AND NOT signup_is_full()
$$;

-- For /config.
CREATE FUNCTION signup_document() RETURNS jsonb STABLE LANGUAGE sql AS $$
	SELECT jsonb_build_object('allowed', signup_is_open(),
		'allowedForCurrentIP', true,
		'requiresEmailVerification', wants_verified_email(),
		'requiresApproval', setting('signup.requires_approval') = 'true',
		'minimumAge', setting('signup.minimum_age')::int)
$$;

-- May a stranger sign up, or ask to?
CREATE FUNCTION check_signup(is_request boolean) RETURNS void
STABLE LANGUAGE plpgsql AS $$
DECLARE
	asks constant boolean := setting('signup.requires_approval') = 'true';
BEGIN
	IF NOT signup_is_open() OR (asks AND NOT is_request) THEN
		PERFORM refuse('403', 'User registration is not allowed');
	ELSIF is_request AND NOT asks THEN
		PERFORM refuse('400',
			'User registration does not need to be asked for');
	END IF;
END $$;

-- {username, email, channelName, channelDisplayName}: nobody has them, and
-- nobody waits for them.
CREATE FUNCTION signup_check(u jsonb, is_request boolean) RETURNS boolean
STABLE LANGUAGE plpgsql AS $$
BEGIN
	PERFORM check_signup(is_request);
	IF (u ->> 'channelName' IS NULL) <> (u ->> 'channelDisplayName' IS NULL)
	THEN
		PERFORM refuse('400', 'Channel is optional but if you specify it,'
			' channel.name and channel.displayName are required.');
	END IF;
	PERFORM check_new_user(u);
	IF EXISTS (SELECT FROM registration WHERE state = 1
			AND username = u ->> 'username')
		OR EXISTS (SELECT FROM registration WHERE state = 1
			AND lower(email) = lower(u ->> 'email'))
		OR EXISTS (SELECT FROM registration WHERE state = 1
			AND channel_name IN (u ->> 'channelName',
				u ->> 'username'))
	THEN
		PERFORM refuse('409', 'A registration request with this name or'
			' email already exists.');
	END IF;
	RETURN true;
END $$;

CREATE FUNCTION register_write(u jsonb, hash text, keys text[])
RETURNS boolean LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	new_user bigint;
BEGIN
	PERFORM signup_check(u, false);
	new_user := (user_create_write(u - ARRAY['role', 'videoQuota',
		'videoQuotaDaily', 'adminFlags'] || jsonb_build_object(
		'emailVerified', CASE WHEN wants_verified_email()
			THEN false END), hash, keys)).new_user;
	IF wants_verified_email() THEN
		PERFORM user_mail_write(new_user, 'verify-email', 'verify-email');
	END IF;
	PERFORM notify_registered_write(new_user);
	RETURN true;
END $$;
REVOKE ALL ON FUNCTION register_write FROM PUBLIC;
GRANT EXECUTE ON FUNCTION register_write TO cardume_api, cardume_page;

CREATE FUNCTION registration_document(r registration) RETURNS json
STABLE LANGUAGE sql AS $$
	SELECT row_to_json(d) FROM (SELECT r.id,
		json_build_object('id', r.state, 'label', CASE r.state
			WHEN 1 THEN 'Pending' WHEN 2 THEN 'Rejected'
			ELSE 'Accepted' END) AS state,
		r.reason AS "registrationReason",
		r.response AS "moderationResponse",
		r.username,
		r.email,
		r.is_email_verified AS "emailVerified",
		r.display_name AS "accountDisplayName",
		r.channel_name AS "channelHandle",
		r.channel_display_name AS "channelDisplayName",
		iso(r.created_at) AS "createdAt",
		iso(r.updated_at) AS "updatedAt",
		CASE WHEN r.user_id IS NOT NULL
			THEN json_build_object('id', r.user_id) END AS "user") d
$$;

CREATE FUNCTION registration_mail_write(r registration, template text,
	with_link boolean) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	PERFORM mail_write(r.email, template, jsonb_build_object(
			'username', r.username, 'registrationId', r.id,
			'response', coalesce(r.response, '')),
		CASE WHEN with_link THEN jsonb_build_object('purpose',
			'verify-registration', 'subject', r.id,
			'seconds', 3600) END);
END $$;

CREATE FUNCTION registration_ask_write(u jsonb, hash text) RETURNS json
LANGUAGE plpgsql AS $$
DECLARE
	r registration;
BEGIN
	PERFORM signup_check(u, true);
	INSERT INTO registration (username, email, password_hash, display_name,
		channel_name, channel_display_name, reason, is_email_verified)
	VALUES (u ->> 'username', u ->> 'email', hash, u ->> 'displayName',
		u ->> 'channelName', u ->> 'channelDisplayName',
		u ->> 'registrationReason',
		CASE WHEN wants_verified_email() THEN false END)
	RETURNING * INTO r;
	IF wants_verified_email() THEN
		PERFORM registration_mail_write(r, 'verify-registration', true);
	END IF;
	RETURN registration_document(r);
END $$;

CREATE FUNCTION registration_ask_verify_write(given text) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
	PERFORM registration_mail_write(r, 'verify-registration', true)
	FROM registration r WHERE lower(r.email) = lower(given) AND state = 1
		AND r.is_email_verified IS NOT TRUE;
	RETURN true;
END $$;

CREATE FUNCTION registration_of(wanted bigint) RETURNS registration
STABLE LANGUAGE plpgsql AS $$
DECLARE
	r registration;
BEGIN
	SELECT * INTO r FROM registration WHERE id = wanted;
	IF NOT FOUND THEN
		PERFORM refuse('404', 'Registration not found');
	END IF;
	RETURN r;
END $$;

CREATE FUNCTION registration_verify_write(wanted bigint, given text)
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	PERFORM registration_of(wanted);
	PERFORM mail_secret_take_write(given, 'verify-registration', wanted);
	UPDATE registration SET is_email_verified = true WHERE id = wanted;
	RETURN true;
END $$;

-- Pending, and what it asks for is still to be had.
CREATE FUNCTION registration_accept_check(wanted bigint)
RETURNS boolean STABLE LANGUAGE plpgsql AS $$
DECLARE
	r constant registration := registration_of(wanted);
BEGIN
	IF r.state <> 1 THEN
		PERFORM refuse('409', 'This registration is already accepted or'
			' rejected.');
	END IF;
	PERFORM check_new_user(jsonb_build_object('username', r.username,
		'email', r.email, 'channelName', r.channel_name));
	RETURN true;
END $$;

CREATE FUNCTION registration_accept_write(viewer bigint, wanted bigint,
	answer text, is_silent boolean, keys text[]) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	r registration;
BEGIN
	IF NOT is_moderator(viewer) THEN
		PERFORM refuse('403', 'You may not do this.');
	END IF;
	PERFORM FROM registration WHERE id = wanted FOR UPDATE;
	PERFORM registration_accept_check(wanted);
	r := registration_of(wanted);
	r.user_id := (user_create_write(jsonb_build_object(
		'username', r.username, 'email', r.email,
		'emailVerified', r.is_email_verified,
		'displayName', r.display_name, 'channelName', r.channel_name,
		'channelDisplayName', r.channel_display_name),
		r.password_hash, keys)).new_user;
	UPDATE registration SET state = 3, user_id = r.user_id,
		password_hash = NULL, response = answer, updated_at = now()
	WHERE id = wanted RETURNING * INTO r;
	IF NOT is_silent THEN
		PERFORM registration_mail_write(r, 'registration-accepted',
			false);
	END IF;
	RETURN true;
END $$;
REVOKE ALL ON FUNCTION registration_accept_write FROM PUBLIC;
GRANT EXECUTE ON FUNCTION registration_accept_write TO cardume_api;

CREATE FUNCTION registration_reject_write(wanted bigint, answer text,
	is_silent boolean) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	r registration := registration_of(wanted);
BEGIN
	UPDATE registration SET state = 2, response = answer, updated_at = now()
	WHERE id = wanted AND state = 1 RETURNING * INTO r;
	IF NOT FOUND THEN
		PERFORM refuse('409', 'This registration is already accepted or'
			' rejected.');
	END IF;
	IF NOT is_silent THEN
		PERFORM registration_mail_write(r, 'registration-rejected',
			false);
	END IF;
	RETURN true;
END $$;

CREATE FUNCTION registration_remove_write(wanted bigint) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
	PERFORM registration_of(wanted);
	DELETE FROM mail_secret
	WHERE subject = wanted AND purpose = 'verify-registration';
	DELETE FROM registration WHERE id = wanted;
	RETURN true;
END $$;

-- Planned with its values. Of many, 10,000 are counted.
CREATE FUNCTION registrations_list(first int, nr int, sort text, search text,
	states int[]) RETURNS json STABLE LANGUAGE plpgsql AS $$
DECLARE
	down constant text := CASE WHEN sort LIKE '-%' THEN 'DESC' ELSE 'ASC' END;
	key constant text := CASE ltrim(sort, '-')
		WHEN 'state' THEN 'state' ELSE 'created_at' END;
	found constant text := 'FROM registration WHERE true' ||
		coalesce(' AND state = ANY (' || quote_literal(states) ||
			'::int[])', '') ||
		coalesce(' AND strpos(lower(concat_ws('' '', username, email,'
			' channel_name)), ' || quote_literal(lower(search)) ||
			') > 0', '');
	ids bigint[];
	total bigint;
BEGIN
	EXECUTE format('SELECT array(SELECT id %s ORDER BY %s %s, id %s
		LIMIT %s OFFSET %s)', found, key, down, down, nr, first)
		INTO ids;
	EXECUTE format('SELECT count(*) FROM (SELECT %s LIMIT 10000) f', found)
		INTO total;
	RETURN listed(total, (SELECT json_agg(registration_document(r)
			ORDER BY n)
		FROM unnest(ids) WITH ORDINALITY k (i, n)
		JOIN registration r ON r.id = i));
END $$;

GRANT SELECT, INSERT, UPDATE, DELETE ON registration TO cardume_api;
GRANT SELECT, INSERT ON registration TO cardume_page;
GRANT UPDATE (is_email_verified) ON registration TO cardume_page;
GRANT SELECT ON registration TO cardume_worker;

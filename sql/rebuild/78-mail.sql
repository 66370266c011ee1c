-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What is mailed, by job `mail` (workers/mail.c), and links in mails. Such a
-- link's secret is made when the mail is sent: it is in no job.

-- Is there a mail server to send by (cardume.conf, smtp_url)? Programs say so
-- on each connection (db.c).
CREATE FUNCTION is_mail_on() RETURNS boolean STABLE LANGUAGE sql AS $$
	SELECT coalesce(current_setting('cardume.mail', true), '') = 'on'
$$;

-- A mail of templates/mail/TEMPLATE in the reader's language. `secret` is
-- {purpose, subject, seconds} of a link.
CREATE FUNCTION mail_write(recipient text, template text, data jsonb,
	secret jsonb DEFAULT NULL, reader_language text DEFAULT NULL)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	IF recipient IS NULL OR NOT is_mail_on() THEN
		RETURN;
	END IF;
	INSERT INTO job (queue, max_attempt, payload) VALUES (10, 12,
		jsonb_build_object('to', recipient, 'template', template,
			'language', coalesce(reader_language,
				setting('instance.language')),
			'secret', secret, 'data', data || jsonb_build_object(
				'instance', setting('instance.name'),
				'origin', origin())));
END $$;

-- A mail to a user, at the user's address or at `recipient`. With a `purpose`
-- it holds a link that is good for so long.
CREATE FUNCTION user_mail_write(who bigint, template text,
	purpose text DEFAULT NULL, good_for interval DEFAULT '1 hour',
	recipient text DEFAULT NULL, data jsonb DEFAULT '{}')
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	PERFORM mail_write(coalesce(recipient, u.email), template,
		data || jsonb_build_object('username', a.name, 'userId', u.id,
			'isPending', purpose IS NOT DISTINCT FROM
				'verify-pending-email'),
		CASE WHEN purpose IS NOT NULL THEN jsonb_build_object(
			'purpose', purpose, 'subject', u.id,
			'seconds', extract(epoch FROM good_for)::int) END,
		u.language)
	FROM app_user u
	JOIN account c ON c.user_id = u.id
	JOIN actor a ON a.id = c.actor_id
	WHERE u.id = who;
END $$;

CREATE FUNCTION wants_verified_email() RETURNS boolean STABLE LANGUAGE sql
AS $$
	SELECT is_mail_on() AND
		setting('signup.requires_email_verification') = 'true'
$$;

-- The address that a link is about: it is of no use once the user has another.
CREATE FUNCTION mail_secret_address(what text, about bigint) RETURNS text
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN CASE what
		WHEN 'verify-registration' THEN (SELECT email FROM registration
			WHERE id = about)
		WHEN 'verify-pending-email' THEN (SELECT pending_email
			FROM app_user WHERE id = about)
		ELSE (SELECT email FROM app_user WHERE id = about) END;
END $$;

-- Is this the text of a link that is good?
CREATE FUNCTION mail_secret_is_good(given text, what text, about bigint)
RETURNS boolean STABLE LANGUAGE sql AS $$
	SELECT EXISTS (SELECT FROM mail_secret
		WHERE secret_hash = sha256(convert_to(given, 'UTF8'))
			AND purpose = what AND subject = about
			AND address = mail_secret_address(what, about)
			AND expires_at > now())
$$;

-- Uses a link up, and the older ones of its kind; 403 where it is not good.
CREATE FUNCTION mail_secret_take_write(given text, what text, about bigint)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM mail_secret
	WHERE secret_hash = sha256(convert_to(given, 'UTF8'))
		AND purpose = what AND subject = about AND expires_at > now()
		AND address = mail_secret_address(what, about);
	IF NOT FOUND THEN
		PERFORM refuse('403', 'Invalid verification string.');
	END IF;
	DELETE FROM mail_secret WHERE subject = about AND purpose = what;
END $$;

CREATE FUNCTION check_user(who bigint) RETURNS void STABLE LANGUAGE plpgsql
AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM app_user WHERE id = who) THEN
		PERFORM refuse('404', 'User not found');
	END IF;
END $$;

-- Whoever asks is not told whether the address is known.
CREATE FUNCTION ask_reset_write(given text) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
	PERFORM user_mail_write(id, 'reset-password', 'reset-password')
	FROM app_user WHERE lower(email) = lower(given) AND NOT is_blocked;
	RETURN true;
END $$;

CREATE FUNCTION ask_verify_write(given text) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
	PERFORM user_mail_write(id, 'verify-email', 'verify-email')
	FROM app_user WHERE lower(email) = lower(given) AND NOT is_blocked
		AND is_email_verified IS NOT TRUE;
	RETURN true;
END $$;

CREATE FUNCTION user_verify_write(who bigint, given text, is_pending boolean)
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	PERFORM check_user(who);
	PERFORM FROM app_user WHERE id = who FOR UPDATE;
	PERFORM mail_secret_take_write(given, CASE WHEN is_pending
		THEN 'verify-pending-email' ELSE 'verify-email' END, who);
	IF is_pending THEN
		PERFORM check_new_email(pending_email, who) FROM app_user
		WHERE id = who;
		UPDATE app_user SET email = pending_email, pending_email = NULL
		WHERE id = who AND pending_email IS NOT NULL;
	END IF;
	UPDATE app_user SET is_email_verified = true WHERE id = who;
	RETURN true;
END $$;

-- The name of the user whose password a link may change.
CREATE FUNCTION reset_name(who bigint, given text) RETURNS text
STABLE LANGUAGE plpgsql AS $$
BEGIN
	PERFORM check_user(who);
	IF NOT mail_secret_is_good(given, 'reset-password', who) THEN
		PERFORM refuse('403', 'Invalid verification string.');
	END IF;
	RETURN (SELECT a.name FROM account c JOIN actor a ON a.id = c.actor_id
		WHERE c.user_id = who);
END $$;

CREATE FUNCTION reset_password_write(who bigint, given text, hash text)
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	PERFORM mail_secret_take_write(given, 'reset-password', who);
	UPDATE app_user SET password_hash = hash WHERE id = who;
	PERFORM user_sign_out_write(who, 0);
	RETURN true;
END $$;

-- Who reads what strangers write to the instance.
CREATE FUNCTION admin_email() RETURNS text STABLE LANGUAGE sql AS $$
	SELECT coalesce(nullif(setting('admin.email'), ''), (SELECT email
		FROM app_user WHERE role = 0 AND email IS NOT NULL
		ORDER BY id LIMIT 1))
$$;

CREATE FUNCTION is_contact_on() RETURNS boolean STABLE LANGUAGE sql AS $$
	SELECT is_mail_on() AND setting('contact_form.enabled') = 'true'
$$;

CREATE FUNCTION contact_check(from_email text) RETURNS boolean
STABLE LANGUAGE plpgsql AS $$
BEGIN
	IF NOT is_contact_on() THEN
		PERFORM refuse('409',
			'Contact form is not enabled on this instance.');
	END IF;
	IF NOT is_email(from_email) THEN
		PERFORM refuse_field('fromEmail', 'Should have a valid email');
	END IF;
	RETURN true;
END $$;

CREATE FUNCTION contact_write(from_name text, from_email text, about text,
	words text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	PERFORM mail_write(admin_email(), 'contact', jsonb_build_object(
		'fromName', from_name, 'fromEmail', from_email,
		'subject', about, 'body', words, 'replyTo', from_email));
	RETURN true;
END $$;

GRANT SELECT, DELETE ON mail_secret TO cardume_api, cardume_page;
GRANT INSERT, SELECT, DELETE ON mail_secret TO cardume_worker;
GRANT UPDATE (email, pending_email, is_email_verified) ON app_user
	TO cardume_page;

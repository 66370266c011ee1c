-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What people choose for themselves, how they come to have an account, and
-- what is mailed to them.

ALTER TABLE app_user
	-- a new address that its owner has not confirmed yet
	ADD pending_email text CHECK (pending_email LIKE '%_@_%' AND
		octet_length(pending_email) <= 400),
	-- NULL: nobody has asked for it
	ADD is_email_verified boolean DEFAULT true,
	ADD is_email_public boolean NOT NULL DEFAULT false,
	-- bit masks: 1 violence, 2 explicit sex
	ADD nsfw_flags_displayed smallint NOT NULL DEFAULT 0
		CHECK (nsfw_flags_displayed BETWEEN 0 AND 3),
	ADD nsfw_flags_hidden smallint NOT NULL DEFAULT 0
		CHECK (nsfw_flags_hidden BETWEEN 0 AND 3),
	ADD nsfw_flags_warned smallint NOT NULL DEFAULT 0
		CHECK (nsfw_flags_warned BETWEEN 0 AND 3),
	ADD nsfw_flags_blurred smallint NOT NULL DEFAULT 0
		CHECK (nsfw_flags_blurred BETWEEN 0 AND 3),
	-- 1: new videos need no review
	ADD admin_flags smallint NOT NULL DEFAULT 0
		CHECK (admin_flags BETWEEN 0 AND 1),
	ADD auto_play_video boolean NOT NULL DEFAULT true,
	ADD auto_play_next_video boolean NOT NULL DEFAULT false,
	ADD auto_play_next_video_playlist boolean NOT NULL DEFAULT true,
	ADD p2p_enabled boolean NOT NULL DEFAULT false,
	-- NULL: all; `_unknown` stands for videos without one
	ADD video_languages text[] CHECK (cardinality(video_languages) <= 500),
	ADD language text CHECK (language ~ '^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$'),
	ADD theme text NOT NULL DEFAULT 'instance-default'
		CHECK (theme ~ '^[a-z0-9-]{1,50}$'),
	ADD no_instance_config_warning_modal boolean NOT NULL DEFAULT false,
	ADD no_welcome_modal boolean NOT NULL DEFAULT false,
	ADD no_account_setup_warning_modal boolean NOT NULL DEFAULT false,
	ADD new_features_read int NOT NULL DEFAULT 0
		CHECK (new_features_read >= 0),
	-- of all videos; for sorting, told anew once an hour
	ADD used_bytes bigint NOT NULL DEFAULT 0;

-- The orders and filters of the administration's list of users.
CREATE INDEX app_user_created ON app_user (created_at, id);
CREATE INDEX app_user_seen ON app_user (last_login_at, id);
CREATE INDEX app_user_role ON app_user (role, id);
CREATE INDEX app_user_used ON app_user (used_bytes, id);
CREATE INDEX app_user_blocked ON app_user (id) WHERE is_blocked;
CREATE INDEX app_user_email_trgm ON app_user
	USING gin (lower(email) gin_trgm_ops);
CREATE INDEX actor_person_trgm ON actor USING gin (name gin_trgm_ops)
	WHERE kind = 'Person';

-- Links in mails: the SHA-256 of what stands in them.
CREATE TABLE mail_secret (
	secret_hash bytea PRIMARY KEY CHECK (octet_length(secret_hash) = 32),
	purpose text NOT NULL CHECK (purpose IN ('verify-email',
		'verify-pending-email', 'reset-password',
		'verify-registration')),
	-- app_user.id or registration.id
	subject bigint NOT NULL,
	expires_at timestamptz NOT NULL
);
CREATE INDEX mail_secret_subject ON mail_secret (subject, purpose);
CREATE INDEX mail_secret_expires ON mail_secret (expires_at);

-- People who ask for an account where moderators decide. States: 1 pending,
-- 2 rejected, 3 accepted.
CREATE TABLE registration (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	state smallint NOT NULL DEFAULT 1 CHECK (state IN (1, 2, 3)),
	username text NOT NULL
		CHECK (username ~ '^[a-z0-9][a-z0-9._-]{0,49}$'),
	email text NOT NULL CHECK (email LIKE '%_@_%' AND
		octet_length(email) <= 400),
	-- NULL: nobody has asked for it
	is_email_verified boolean,
	-- gone once it is the user's
	password_hash text CHECK (password_hash LIKE '$argon2id$%'),
	display_name text CHECK (char_length(display_name) BETWEEN 1 AND 120),
	channel_name text
		CHECK (channel_name ~ '^[a-z0-9][a-z0-9._-]{0,49}$'),
	channel_display_name text
		CHECK (char_length(channel_display_name) BETWEEN 1 AND 120),
	reason text NOT NULL CHECK (char_length(reason) BETWEEN 2 AND 3000),
	response text CHECK (char_length(response) BETWEEN 2 AND 3000),
	user_id bigint REFERENCES app_user ON DELETE SET NULL,
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(),
	CHECK (state = 3 OR password_hash IS NOT NULL)
);
CREATE UNIQUE INDEX registration_username ON registration (username)
	WHERE state = 1;
CREATE UNIQUE INDEX registration_email ON registration (lower(email))
	WHERE state = 1;
CREATE UNIQUE INDEX registration_channel ON registration (channel_name)
	WHERE state = 1;
CREATE INDEX registration_name ON registration (username);
CREATE INDEX registration_address ON registration (lower(email));
CREATE INDEX registration_created ON registration (created_at, id);
CREATE INDEX registration_state ON registration (state, id);
CREATE INDEX registration_user ON registration (user_id);

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- A second factor at sign-in; applications that ask a user's leave; tokens
-- that users make for themselves.

CREATE TABLE two_factor (
	user_id bigint PRIMARY KEY REFERENCES app_user ON DELETE CASCADE,
	-- the secret of RFC 6238, sealed with a key of the instance
	sealed bytea NOT NULL CHECK (octet_length(sealed) BETWEEN 29 AND 200),
	-- the 30 seconds whose code was taken last: no code serves twice
	last_step bigint NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now()
);

-- Public clients (RFC 6749, 2.1), as they registered themselves.
CREATE TABLE oauth_app (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	client_id text NOT NULL UNIQUE CHECK (client_id ~ '^[0-9a-f]{32}$'),
	name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 60),
	redirect_uris text[] NOT NULL
		CHECK (cardinality(redirect_uris) BETWEEN 1 AND 5),
	created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX oauth_app_created ON oauth_app (created_at);

ALTER TABLE token ALTER COLUMN refresh_hash DROP NOT NULL,
	ADD COLUMN app_id bigint REFERENCES oauth_app ON DELETE CASCADE,
	-- of one that its user made
	ADD COLUMN name text CHECK (char_length(name) BETWEEN 1 AND 60),
	-- bits of cgi/scope.h; -1: all, also those to come
	ADD COLUMN scopes int NOT NULL DEFAULT -1,
	ADD COLUMN last_seen_at timestamptz,
	ADD COLUMN last_address inet,
	ADD COLUMN last_agent text CHECK (octet_length(last_agent) <= 300);
CREATE INDEX token_app ON token (app_id);

CREATE TABLE oauth_code (
	code_hash bytea PRIMARY KEY CHECK (octet_length(code_hash) = 32),
	app_id bigint NOT NULL REFERENCES oauth_app ON DELETE CASCADE,
	user_id bigint NOT NULL REFERENCES app_user ON DELETE CASCADE,
	redirect_uri text NOT NULL CHECK (octet_length(redirect_uri) <= 1000),
	challenge text NOT NULL CHECK (challenge ~ '^[A-Za-z0-9_-]{43}$'),
	scopes int NOT NULL,
	expires_at timestamptz NOT NULL,
	is_spent boolean NOT NULL DEFAULT false,
	-- what it was changed for: ends when the code is shown again
	token_id bigint REFERENCES token ON DELETE SET NULL
);
CREATE INDEX oauth_code_app ON oauth_code (app_id);
CREATE INDEX oauth_code_user ON oauth_code (user_id);
CREATE INDEX oauth_code_token ON oauth_code (token_id);
CREATE INDEX oauth_code_expires ON oauth_code (expires_at);

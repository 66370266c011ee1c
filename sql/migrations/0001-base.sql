-- SPDX-License-Identifier: AGPL-3.0-or-later
-- The domain's tables. Functions and views are in sql/rebuild.

CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;

-- What an admin may change while all runs; names are documented in
-- cardume(8). Values are text.
CREATE TABLE setting (
	name text PRIMARY KEY CHECK (name ~ '^[a-z_]+(\.[a-z_]+)*$'),
	value text NOT NULL CHECK (octet_length(value) <= 100000),
	kind text NOT NULL DEFAULT 'text',
	CONSTRAINT setting_kind CHECK (CASE kind
		WHEN 'text' THEN true
		WHEN 'number' THEN value ~ '^-?[0-9]{1,18}$'
		WHEN 'flag' THEN value IN ('true', 'false')
		WHEN 'nsfw' THEN value IN ('do_not_list', 'warn', 'blur',
			'display')
		ELSE false END)
);

CREATE TABLE category (id int PRIMARY KEY, label text NOT NULL UNIQUE);
CREATE TABLE licence (id int PRIMARY KEY, label text NOT NULL UNIQUE);
CREATE TABLE language (id text PRIMARY KEY, label text NOT NULL);
CREATE TABLE privacy (id int PRIMARY KEY, label text NOT NULL UNIQUE);
CREATE TABLE video_state (id int PRIMARY KEY, label text NOT NULL UNIQUE);

-- A local name is never given out twice (an old one may still be followed).
CREATE TABLE used_name (name text PRIMARY KEY);

CREATE TABLE actor (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	kind text NOT NULL CHECK (kind IN ('Application', 'Person', 'Group')),
	name text NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9][a-z0-9._-]{0,49}$'),
	public_key text NOT NULL
		CHECK (public_key LIKE '-----BEGIN PUBLIC KEY-----%'),
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(),
	UNIQUE (id, kind)
);

-- Apart from `actor`, so that programs that only read documents cannot.
CREATE TABLE actor_key (
	actor_id bigint PRIMARY KEY REFERENCES actor ON DELETE CASCADE,
	private_key text NOT NULL
);

-- Files in lazy-static/avatars and lazy-static/banners.
CREATE TABLE actor_image (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	actor_id bigint NOT NULL REFERENCES actor ON DELETE CASCADE,
	kind text NOT NULL CHECK (kind IN ('avatar', 'banner')),
	filename text NOT NULL UNIQUE CHECK (filename ~ '^[0-9a-f-]{36}\.jpg$'),
	width int NOT NULL CHECK (width > 0),
	height int NOT NULL CHECK (height > 0),
	created_at timestamptz NOT NULL DEFAULT now(),
	UNIQUE (actor_id, kind, width)
);

CREATE TABLE follow (
	follower_id bigint NOT NULL REFERENCES actor ON DELETE CASCADE,
	target_id bigint NOT NULL REFERENCES actor ON DELETE CASCADE,
	state text NOT NULL CHECK (state IN ('pending', 'accepted', 'rejected')),
	created_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (follower_id, target_id),
	CHECK (follower_id <> target_id)
);
CREATE INDEX follow_target ON follow (target_id, created_at);

CREATE TABLE app_user (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	email text CHECK (email LIKE '%_@_%' AND octet_length(email) <= 400),
	password_hash text NOT NULL CHECK (password_hash LIKE '$argon2id$%'),
	role smallint NOT NULL DEFAULT 2 CHECK (role IN (0, 1, 2)),
	video_quota bigint NOT NULL DEFAULT -1 CHECK (video_quota >= -1),
	video_quota_daily bigint NOT NULL DEFAULT -1
		CHECK (video_quota_daily >= -1),
	is_blocked boolean NOT NULL DEFAULT false,
	blocked_reason text,
	nsfw_policy text NOT NULL DEFAULT 'warn'
		CHECK (nsfw_policy IN ('do_not_list', 'warn', 'blur', 'display')),
	last_login_at timestamptz,
	created_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX app_user_email ON app_user (lower(email));

-- A user's public face; the server actor has an account without a user.
CREATE TABLE account (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	actor_id bigint NOT NULL UNIQUE,
	actor_kind text NOT NULL CHECK (actor_kind IN ('Person', 'Application')),
	user_id bigint UNIQUE REFERENCES app_user ON DELETE CASCADE,
	display_name text NOT NULL
		CHECK (char_length(display_name) BETWEEN 1 AND 120),
	description text CHECK (char_length(description) BETWEEN 3 AND 1000),
	-- its summary in documents; kept by rebuild/50-api.sql
	face json,
	FOREIGN KEY (actor_id, actor_kind) REFERENCES actor (id, kind)
		ON DELETE CASCADE,
	CHECK ((user_id IS NULL) = (actor_kind = 'Application'))
);

CREATE TABLE channel (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	actor_id bigint NOT NULL UNIQUE,
	actor_kind text NOT NULL DEFAULT 'Group' CHECK (actor_kind = 'Group'),
	account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
	display_name text NOT NULL
		CHECK (char_length(display_name) BETWEEN 1 AND 120),
	description text CHECK (char_length(description) BETWEEN 3 AND 1000),
	support text CHECK (char_length(support) BETWEEN 3 AND 1000),
	face json,
	FOREIGN KEY (actor_id, actor_kind) REFERENCES actor (id, kind)
		ON DELETE CASCADE
);
CREATE INDEX channel_account ON channel (account_id, id);

-- Secrets are stored as SHA-256 of 256 random bits, never themselves.
CREATE TABLE session (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	user_id bigint NOT NULL REFERENCES app_user ON DELETE CASCADE,
	secret_hash bytea NOT NULL UNIQUE CHECK (octet_length(secret_hash) = 32),
	created_at timestamptz NOT NULL DEFAULT now(),
	last_seen_at timestamptz NOT NULL DEFAULT now(),
	expires_at timestamptz NOT NULL,
	address inet,
	user_agent text CHECK (octet_length(user_agent) <= 300)
);
CREATE INDEX session_owner ON session (user_id);
CREATE INDEX session_expires ON session (expires_at);

CREATE TABLE oauth_client (
	client_id text PRIMARY KEY CHECK (client_id ~ '^[0-9a-z]{32}$'),
	client_secret text NOT NULL CHECK (client_secret ~ '^[0-9a-z]{32}$')
);

CREATE TABLE token (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	user_id bigint NOT NULL REFERENCES app_user ON DELETE CASCADE,
	access_hash bytea NOT NULL UNIQUE CHECK (octet_length(access_hash) = 32),
	refresh_hash bytea NOT NULL UNIQUE
		CHECK (octet_length(refresh_hash) = 32),
	-- the refresh token before this one: whoever shows it has stolen it
	spent_hash bytea CHECK (octet_length(spent_hash) = 32),
	access_expires_at timestamptz NOT NULL,
	refresh_expires_at timestamptz NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now(),
	address inet,
	user_agent text CHECK (octet_length(user_agent) <= 300)
);
CREATE INDEX token_user ON token (user_id);
CREATE INDEX token_spent ON token (spent_hash);

-- Counters of failed or costly tries; may be lost.
CREATE UNLOGGED TABLE throttle (
	key text PRIMARY KEY,
	tries int NOT NULL,
	until timestamptz NOT NULL
);

CREATE TABLE video (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	uuid uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
	short_uuid text NOT NULL UNIQUE CHECK (short_uuid ~ '^[1-9a-zA-Z]{22}$'),
	channel_id bigint NOT NULL REFERENCES channel ON DELETE CASCADE,
	name text NOT NULL CHECK (char_length(name) BETWEEN 3 AND 120),
	description text CHECK (char_length(description) BETWEEN 3 AND 10000),
	support text CHECK (char_length(support) BETWEEN 3 AND 1000),
	category_id int REFERENCES category,
	licence_id int REFERENCES licence,
	language_id text REFERENCES language,
	tags text[] NOT NULL DEFAULT '{}' CHECK (cardinality(tags) <= 5),
	privacy int NOT NULL REFERENCES privacy,
	state int NOT NULL REFERENCES video_state,
	wait_transcoding boolean NOT NULL DEFAULT true,
	nsfw boolean NOT NULL DEFAULT false,
	nsfw_summary text CHECK (char_length(nsfw_summary) <= 250),
	comments_policy smallint NOT NULL DEFAULT 1
		CHECK (comments_policy IN (1, 2, 3)),
	download_enabled boolean NOT NULL DEFAULT true,
	duration int NOT NULL DEFAULT 0 CHECK (duration >= 0),
	aspect_ratio real CHECK (aspect_ratio > 0),
	views bigint NOT NULL DEFAULT 0 CHECK (views >= 0),
	likes bigint NOT NULL DEFAULT 0 CHECK (likes >= 0),
	dislikes bigint NOT NULL DEFAULT 0 CHECK (dislikes >= 0),
	comments bigint NOT NULL DEFAULT 0 CHECK (comments >= 0),
	-- kept by the sweep job; see rebuild/30-rank.sql
	hot real NOT NULL DEFAULT 0,
	trending real NOT NULL DEFAULT 0,
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(),
	published_at timestamptz NOT NULL DEFAULT now(),
	originally_published_at timestamptz,
	-- why transcoding failed, for the uploader
	error text CHECK (octet_length(error) <= 8192),
	-- may be watched by those who may see it
	is_published boolean NOT NULL GENERATED ALWAYS AS
		(state = 1 OR (state = 2 AND NOT wait_transcoding)) STORED,
	-- public/ or private/ on the media volume; changed by job `publish`
	files_are_public boolean NOT NULL DEFAULT false,
	search tsvector NOT NULL DEFAULT '',
	-- what lists of pages show of it; see rebuild/38-card.sql
	card json
);
-- The lists' orders, each over what everybody may see (20-video.sql:
-- video_is_listed).
CREATE INDEX video_published ON video (published_at DESC, id DESC)
	WHERE is_published AND privacy = 1;
CREATE INDEX video_created ON video (created_at DESC, id DESC)
	WHERE is_published AND privacy = 1;
CREATE INDEX video_views ON video (views DESC, id DESC)
	WHERE is_published AND privacy = 1;
CREATE INDEX video_likes ON video (likes DESC, id DESC)
	WHERE is_published AND privacy = 1;
CREATE INDEX video_hot ON video (hot DESC, id DESC)
	WHERE is_published AND privacy = 1;
CREATE INDEX video_trending ON video (trending DESC, id DESC)
	WHERE is_published AND privacy = 1;
CREATE INDEX video_name ON video (name, id)
	WHERE is_published AND privacy = 1;
CREATE INDEX video_duration ON video (duration, id)
	WHERE is_published AND privacy = 1;
CREATE INDEX video_channel ON video (channel_id, published_at DESC, id DESC);
CREATE INDEX video_search ON video USING gin (search);
CREATE INDEX video_name_trgm ON video USING gin (lower(name) gin_trgm_ops);
CREATE INDEX video_tags ON video USING gin (tags);

-- Changes of the number of listed videos; their sum is the number
-- (rebuild/55-api-list.sql).
CREATE TABLE video_tally (
	nsfw boolean NOT NULL,
	change bigint NOT NULL
);

-- Shown to the owner again, as PeerTube does: a shared word, not an account's.
CREATE TABLE video_password (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	video_id bigint NOT NULL REFERENCES video ON DELETE CASCADE,
	password text NOT NULL CHECK (char_length(password) BETWEEN 2 AND 100),
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(),
	UNIQUE (video_id, password)
);

-- ?videoFileToken=: the files of one video, for 8 hours.
CREATE TABLE video_token (
	secret_hash bytea PRIMARY KEY CHECK (octet_length(secret_hash) = 32),
	video_id bigint NOT NULL REFERENCES video ON DELETE CASCADE,
	-- NULL: got without an account, for a password
	user_id bigint REFERENCES app_user ON DELETE CASCADE,
	expires_at timestamptz NOT NULL
);
CREATE INDEX video_token_video ON video_token (video_id);
CREATE INDEX video_token_user ON video_token (user_id);

-- What was uploaded. `path` is below media_dir; the file's bytes start at
-- `start` (a form's body is kept as nginx wrote it, media.h).
CREATE TABLE video_source (
	video_id bigint PRIMARY KEY REFERENCES video ON DELETE CASCADE,
	path text NOT NULL,
	start bigint NOT NULL DEFAULT 0 CHECK (start >= 0),
	size bigint NOT NULL CHECK (size > 0),
	filename text NOT NULL CHECK (octet_length(filename) <= 1000),
	is_kept boolean NOT NULL DEFAULT false,
	resolution int,
	width int,
	height int,
	fps real,
	metadata jsonb,
	created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE streaming_playlist (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	video_id bigint NOT NULL UNIQUE REFERENCES video ON DELETE CASCADE,
	playlist_filename text NOT NULL UNIQUE
		CHECK (playlist_filename ~ '^[0-9a-f-]{36}-master\.m3u8$'),
	segments_sha256_filename text NOT NULL UNIQUE
		CHECK (segments_sha256_filename ~
		       '^[0-9a-f-]{36}-segments-sha256\.json$'),
	created_at timestamptz NOT NULL DEFAULT now()
);

-- A rendition: a web video (playlist_id NULL) or a fragmented HLS file.
CREATE TABLE video_file (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	video_id bigint NOT NULL REFERENCES video ON DELETE CASCADE,
	playlist_id bigint REFERENCES streaming_playlist ON DELETE CASCADE,
	filename text NOT NULL UNIQUE
		CHECK (filename ~ '^[0-9a-f-]{36}-[0-9]+(-fragmented)?\.(mp4|m4a)$'),
	resolution int NOT NULL CHECK (resolution >= 0),
	width int NOT NULL CHECK (width >= 0),
	height int NOT NULL CHECK (height >= 0),
	fps real NOT NULL CHECK (fps >= 0),
	size bigint NOT NULL CHECK (size > 0),
	bandwidth int NOT NULL DEFAULT 0,
	codecs text NOT NULL DEFAULT '',
	has_audio boolean NOT NULL,
	has_video boolean NOT NULL,
	-- the same film uploaded twice under one name has one hash
	info_hash bytea CHECK (octet_length(info_hash) = 20),
	torrent_filename text UNIQUE
		CHECK (torrent_filename ~ '^[0-9a-f-]{36}-[0-9]+(-hls)?\.torrent$'),
	-- the torrent's info.name: what a client saves it as
	torrent_name text,
	metadata jsonb,
	created_at timestamptz NOT NULL DEFAULT now(),
	CHECK ((info_hash IS NULL) = (torrent_filename IS NULL)),
	CHECK (has_audio OR has_video)
);
CREATE UNIQUE INDEX video_file_once
	ON video_file (video_id, coalesce(playlist_id, 0), resolution);

CREATE TABLE thumbnail (
	video_id bigint NOT NULL REFERENCES video ON DELETE CASCADE,
	kind text NOT NULL CHECK (kind IN ('thumbnail', 'preview')),
	filename text NOT NULL UNIQUE CHECK (filename ~ '^[0-9a-f-]{36}\.jpg$'),
	width int NOT NULL CHECK (width > 0),
	height int NOT NULL CHECK (height > 0),
	-- chosen by the maker: a new transcoding does not replace it
	is_custom boolean NOT NULL DEFAULT false,
	PRIMARY KEY (video_id, kind)
);

-- What ActivityPub says of a public video, made when it changes; rebuildable
-- (rebuild/66-ap-stored.sql). `origin` is the one its URLs begin with.
CREATE TABLE video_object (
	video_id bigint PRIMARY KEY REFERENCES video ON DELETE CASCADE,
	origin text NOT NULL,
	members text NOT NULL
);

-- Announced uploads, so that quota and space are reserved while they come.
CREATE TABLE upload (
	id uuid PRIMARY KEY,
	user_id bigint NOT NULL REFERENCES app_user ON DELETE CASCADE,
	expected bigint NOT NULL DEFAULT 0 CHECK (expected >= 0),
	created_at timestamptz NOT NULL DEFAULT now(),
	started_at timestamptz
);
CREATE INDEX upload_user ON upload (user_id);

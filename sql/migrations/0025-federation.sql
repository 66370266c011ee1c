-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Other servers: what we know of them and theirs, what comes from them and
-- what goes to them. A thing of theirs is a row beside ours: `host_id` says
-- whose it is (NULL: ours), `url` is the id its origin gave it.

-- host[:port], lower case, A-labels. The columns from `pending` on are its
-- deliveries' (rebuild/61-delivery.sql): one row is the queue's head, the lane,
-- the circuit breaker and the log of one server.
CREATE TABLE host (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	name text NOT NULL UNIQUE CHECK (name = lower(name)
		AND octet_length(name) BETWEEN 1 AND 261),
	-- NodeInfo's software.name
	software text CHECK (octet_length(software) <= 100),
	created_at timestamptz NOT NULL DEFAULT now(),
	-- it took RFC 9421 where it had refused the older signatures
	takes_rfc9421 boolean NOT NULL DEFAULT false,
	pending boolean NOT NULL DEFAULT false,
	next_at timestamptz NOT NULL DEFAULT now(),
	lease bigint,
	lease_until timestamptz,
	fails int NOT NULL DEFAULT 0 CHECK (fails >= 0),
	first_fail timestamptz,
	last_ok timestamptz,
	last_try timestamptz,
	last_status text CHECK (octet_length(last_status) <= 500),
	dead boolean NOT NULL DEFAULT false
);
CREATE INDEX host_due ON host (next_at) WHERE pending;

-- The name is the handle: `alice` for ours, `alice@host` for others'.
ALTER TABLE actor DROP CONSTRAINT actor_name_check,
	DROP CONSTRAINT actor_public_key_check,
	ALTER public_key DROP NOT NULL,
	ADD host_id bigint REFERENCES host,
	ADD url text UNIQUE CHECK (octet_length(url) <= 2000),
	ADD inbox text CHECK (octet_length(inbox) <= 2000),
	ADD shared_inbox text CHECK (octet_length(shared_inbox) <= 2000),
	-- of its key, which others name in what they sign
	ADD key_id text CHECK (octet_length(key_id) <= 2000),
	-- its document as it came, also what we do not understand
	ADD document jsonb,
	ADD refreshed_at timestamptz,
	-- its origin says that it is gone
	ADD gone_at timestamptz,
	ADD CONSTRAINT actor_name_check CHECK (CASE WHEN host_id IS NULL
		THEN name ~ '^[a-z0-9][a-z0-9._-]{0,49}$'
		ELSE name ~ '^[^[:space:]/@?#<>"]{1,128}@[^[:space:]/@?#<>"]+$' END),
	ADD CONSTRAINT actor_public_key_check CHECK (octet_length(public_key) <= 5000
		AND public_key LIKE '-----BEGIN PUBLIC KEY-----%'),
	ADD CONSTRAINT actor_ours CHECK (CASE WHEN host_id IS NULL
		THEN num_nonnulls(url, inbox, shared_inbox, key_id, document) = 0
			AND public_key IS NOT NULL
		ELSE num_nonnulls(url, inbox) = 2 END);
CREATE INDEX actor_key_id ON actor (key_id) WHERE key_id IS NOT NULL;
CREATE INDEX actor_host ON actor (host_id) WHERE host_id IS NOT NULL;

-- Others' accounts have no user here.
ALTER TABLE account DROP CONSTRAINT account_check,
	ADD CONSTRAINT account_application_has_no_user
		CHECK (actor_kind <> 'Application' OR user_id IS NULL),
	-- else it is Markdown
	ADD description_is_html boolean NOT NULL DEFAULT false;
ALTER TABLE channel
	ADD description_is_html boolean NOT NULL DEFAULT false;

ALTER TABLE video
	ADD host_id bigint REFERENCES host,
	ADD url text UNIQUE CHECK (octet_length(url) <= 2000),
	ADD document jsonb,
	ADD refreshed_at timestamptz,
	-- else it is Markdown
	ADD description_is_html boolean NOT NULL DEFAULT false,
	ADD CONSTRAINT video_ours CHECK ((host_id IS NULL) = (url IS NULL)
		AND (host_id IS NULL) = (document IS NULL));
CREATE INDEX video_host ON video (host_id, published_at DESC, id DESC)
	WHERE host_id IS NOT NULL;
CREATE INDEX video_ours_published ON video (published_at DESC, id DESC)
	WHERE host_id IS NULL AND is_published AND privacy = 1;

-- Files that stay at their origin.
ALTER TABLE streaming_playlist
	ALTER playlist_filename DROP NOT NULL,
	ALTER segments_sha256_filename DROP NOT NULL,
	ADD url text CHECK (octet_length(url) <= 2000),
	ADD segments_sha256_url text
		CHECK (octet_length(segments_sha256_url) <= 2000),
	ADD CONSTRAINT streaming_playlist_place
		CHECK (num_nonnulls(playlist_filename, url) = 1);
ALTER TABLE video_file
	DROP CONSTRAINT video_file_check,
	DROP CONSTRAINT video_file_size_check,
	ALTER filename DROP NOT NULL,
	ADD url text CHECK (octet_length(url) <= 2000),
	ADD metadata_url text CHECK (octet_length(metadata_url) <= 2000),
	ADD torrent_url text CHECK (octet_length(torrent_url) <= 2000),
	ADD magnet text CHECK (octet_length(magnet) <= 10000),
	ADD CONSTRAINT video_file_place CHECK (num_nonnulls(filename, url) = 1),
	-- 0: its origin does not say
	ADD CONSTRAINT video_file_size
		CHECK (size > 0 OR (size = 0 AND url IS NOT NULL)),
	ADD CONSTRAINT video_file_torrent CHECK (url IS NOT NULL
		OR (info_hash IS NULL) = (torrent_filename IS NULL));

ALTER TABLE comment
	-- sanitised; else it is Markdown
	ADD is_html boolean NOT NULL DEFAULT false;

-- The id of the activity that told us.
ALTER TABLE follow ADD url text CHECK (octet_length(url) <= 2000),
	ADD updated_at timestamptz NOT NULL DEFAULT now();
CREATE INDEX follow_url ON follow (url) WHERE url IS NOT NULL;
ALTER TABLE rate ADD url text CHECK (octet_length(url) <= 2000);
CREATE INDEX rate_url ON rate (url) WHERE url IS NOT NULL;

-- Announces that others made of a video, and ours.
CREATE TABLE share (
	actor_id bigint NOT NULL REFERENCES actor ON DELETE CASCADE,
	video_id bigint NOT NULL REFERENCES video ON DELETE CASCADE,
	-- NULL: ours
	url text CHECK (octet_length(url) <= 2000),
	created_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (video_id, actor_id)
);
CREATE INDEX share_actor ON share (actor_id);
CREATE INDEX share_url ON share (url) WHERE url IS NOT NULL;

-- What is sent: once, however many get it. actor_id signs the requests.
CREATE TABLE activity (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	actor_id bigint NOT NULL REFERENCES actor ON DELETE CASCADE,
	body text NOT NULL CHECK (octet_length(body) <= 1000000),
	-- it shall carry an LD signature of its actor; made when it is sent first
	wants_proof boolean NOT NULL DEFAULT false,
	created_at timestamptz NOT NULL DEFAULT now()
);

-- To whom, in order. `subject`: a newer one of the same to the same inbox takes
-- its place.
CREATE TABLE delivery (
	host_id bigint NOT NULL REFERENCES host ON DELETE CASCADE,
	seq bigint GENERATED ALWAYS AS IDENTITY,
	activity_id bigint NOT NULL REFERENCES activity ON DELETE CASCADE,
	inbox text NOT NULL CHECK (octet_length(inbox) <= 2000),
	subject text,
	tries int NOT NULL DEFAULT 0,
	created_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (host_id, seq)
) WITH (autovacuum_vacuum_scale_factor = 0.01,
	autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0);
CREATE INDEX delivery_activity ON delivery (activity_id);
CREATE UNIQUE INDEX delivery_subject ON delivery (inbox, subject)
	WHERE subject IS NOT NULL AND tries = 0;

-- What came, until it has been applied; what we do not handle stays a day.
CREATE TABLE inbox (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	-- 0 ready, 1 running, 2 scheduled, 3 kept to be looked at
	state smallint NOT NULL DEFAULT 0 CHECK (state IN (0, 1, 2, 3)),
	-- NULL: the shared one
	owner_id bigint REFERENCES actor ON DELETE CASCADE,
	-- whose key verified the request; NULL: not verified yet
	signer_id bigint REFERENCES actor ON DELETE CASCADE,
	-- method, target, host and headers that the signature is about
	request jsonb NOT NULL,
	body text NOT NULL,
	tries smallint NOT NULL DEFAULT 0,
	run_at timestamptz NOT NULL DEFAULT now(),
	lease bigint,
	lease_until timestamptz,
	note text CHECK (octet_length(note) <= 2000),
	created_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.01,
	autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0);
CREATE INDEX inbox_ready ON inbox (id) WHERE state = 0;
CREATE INDEX inbox_scheduled ON inbox (run_at) WHERE state = 2;
CREATE INDEX inbox_running ON inbox (lease_until) WHERE state = 1;
CREATE INDEX inbox_kept ON inbox (created_at) WHERE state = 3;

-- How many came of each type, and what became of them.
CREATE TABLE inbox_count (
	day date NOT NULL DEFAULT current_date,
	type text NOT NULL CHECK (octet_length(type) <= 100),
	outcome text NOT NULL CHECK (octet_length(outcome) <= 100),
	nr bigint NOT NULL DEFAULT 0,
	PRIMARY KEY (day, type, outcome)
);

-- Signatures seen, while they would still be taken.
CREATE UNLOGGED TABLE seen_signature (
	hash bytea PRIMARY KEY CHECK (octet_length(hash) = 32),
	until timestamptz NOT NULL
);
CREATE INDEX seen_signature_until ON seen_signature (until);

-- Documents got from elsewhere a moment ago; may be lost.
CREATE UNLOGGED TABLE fetched (
	url text PRIMARY KEY CHECK (octet_length(url) <= 2000),
	-- HTTP's; 0: there was no answer that could be used
	status int NOT NULL,
	document jsonb,
	error text,
	at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX fetched_at ON fetched (at);

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What moderators and the people they care for do: reports, blocked videos,
-- muted accounts and servers; and what people are told of.

-- A blocked video is not published, whatever its state: all that asks for
-- `is_published` leaves it out. The column cannot change, so it is made anew,
-- and with it the indexes that ask for it.
ALTER TABLE video ADD COLUMN is_blocked boolean NOT NULL DEFAULT false;

DO $$
DECLARE
	definitions text[];
	definition text;
BEGIN
	SELECT array_agg(DISTINCT pg_get_indexdef(d.objid)) INTO definitions
	FROM pg_depend d
	JOIN pg_index i ON i.indexrelid = d.objid
	JOIN pg_attribute a ON a.attrelid = d.refobjid
		AND a.attnum = d.refobjsubid
	WHERE d.classid = 'pg_class'::regclass
		AND d.refobjid = 'video'::regclass
		AND a.attname = 'is_published';
	ALTER TABLE video DROP COLUMN is_published CASCADE;
	-- may be watched by those who may see it
	ALTER TABLE video ADD COLUMN is_published boolean NOT NULL
		GENERATED ALWAYS AS (NOT is_blocked AND (state = 1
			OR (state = 2 AND NOT wait_transcoding))) STORED;
	FOREACH definition IN ARRAY definitions LOOP
		EXECUTE definition;
	END LOOP;
END $$;

-- Why a video is blocked; the row makes it so (rebuild/75-moderation.sql).
CREATE TABLE video_blacklist (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	video_id bigint NOT NULL UNIQUE REFERENCES video ON DELETE CASCADE,
	reason text CHECK (char_length(reason) BETWEEN 2 AND 300),
	unfederated boolean NOT NULL DEFAULT false,
	-- 1: by a moderator; 2: until a moderator has looked at it
	type smallint NOT NULL CHECK (type IN (1, 2)),
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX video_blacklist_created
	ON video_blacklist (created_at DESC, id DESC);
CREATE INDEX video_blacklist_type
	ON video_blacklist (type, created_at DESC, id DESC);

-- Reports. `kind` says of what; flagged_id is whose that is. What is deleted
-- later leaves a note of what it was: {"name", "uuid", "shortUUID", "channel"}.
CREATE TABLE abuse (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	kind text NOT NULL CHECK (kind IN ('video', 'comment', 'account')),
	reason text NOT NULL CHECK (char_length(reason) BETWEEN 2 AND 3000),
	predefined_reasons smallint[] NOT NULL DEFAULT '{}'
		CHECK (predefined_reasons <@ '{1,2,3,4,5,6,7,8}'::smallint[]),
	-- 1 pending, 2 rejected, 3 accepted
	state smallint NOT NULL DEFAULT 1 CHECK (state IN (1, 2, 3)),
	moderation_comment text
		CHECK (char_length(moderation_comment) BETWEEN 2 AND 3000),
	reporter_id bigint REFERENCES account ON DELETE SET NULL,
	flagged_id bigint REFERENCES account ON DELETE SET NULL,
	video_id bigint REFERENCES video ON DELETE SET NULL,
	start_at int CHECK (start_at >= 0),
	end_at int CHECK (end_at >= 0),
	deleted_video jsonb,
	-- of `comment`; it keeps its row when it is deleted, but for its video's
	comment_id bigint,
	messages int NOT NULL DEFAULT 0,
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(),
	processed_at timestamptz
);
CREATE INDEX abuse_created ON abuse (created_at DESC, id DESC);
CREATE INDEX abuse_state ON abuse (state, created_at DESC, id DESC);
CREATE INDEX abuse_reporter ON abuse (reporter_id, created_at DESC, id DESC);
CREATE INDEX abuse_flagged ON abuse (flagged_id);
CREATE INDEX abuse_video ON abuse (video_id, id);
CREATE INDEX abuse_comment ON abuse (comment_id)
	WHERE comment_id IS NOT NULL;

-- What reporter and moderators say to each other.
CREATE TABLE abuse_message (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	abuse_id bigint NOT NULL REFERENCES abuse ON DELETE CASCADE,
	account_id bigint REFERENCES account ON DELETE SET NULL,
	message text NOT NULL CHECK (char_length(message) BETWEEN 2 AND 3000),
	by_moderator boolean NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX abuse_message_abuse ON abuse_message (abuse_id, id);
CREATE INDEX abuse_message_account ON abuse_message (account_id);

-- Who does not want to see whom. owner_id NULL: the instance.
CREATE TABLE account_block (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	owner_id bigint REFERENCES app_user ON DELETE CASCADE,
	account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
	created_at timestamptz NOT NULL DEFAULT now(),
	UNIQUE NULLS NOT DISTINCT (owner_id, account_id)
);
CREATE INDEX account_block_account ON account_block (account_id);
CREATE INDEX account_block_created
	ON account_block (owner_id, created_at DESC, id DESC);

CREATE TABLE server_block (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	owner_id bigint REFERENCES app_user ON DELETE CASCADE,
	host text NOT NULL CHECK (octet_length(host) BETWEEN 1 AND 261),
	created_at timestamptz NOT NULL DEFAULT now(),
	UNIQUE NULLS NOT DISTINCT (owner_id, host)
);
CREATE INDEX server_block_created
	ON server_block (owner_id, created_at DESC, id DESC);

-- What a user is told of. `type` is PeerTube's number; which of the columns
-- below it are filled depends on that.
CREATE TABLE notification (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	user_id bigint NOT NULL REFERENCES app_user ON DELETE CASCADE,
	type smallint NOT NULL CHECK (type BETWEEN 1 AND 31),
	is_read boolean NOT NULL DEFAULT false,
	video_id bigint REFERENCES video ON DELETE CASCADE,
	comment_id bigint,
	abuse_id bigint REFERENCES abuse ON DELETE CASCADE,
	blacklist_id bigint REFERENCES video_blacklist ON DELETE CASCADE,
	account_id bigint REFERENCES account ON DELETE CASCADE,
	follower_id bigint,
	target_id bigint,
	registration_id bigint,
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(),
	FOREIGN KEY (follower_id, target_id) REFERENCES follow
		ON DELETE CASCADE
);
-- One for each order, and one that finds what is new (the stream).
CREATE INDEX notification_created
	ON notification (user_id, created_at DESC, id DESC);
CREATE INDEX notification_read
	ON notification (user_id, is_read, created_at DESC, id DESC);
CREATE INDEX notification_type
	ON notification (user_id, type, created_at DESC, id DESC);
CREATE INDEX notification_new ON notification (user_id, id);
-- What goes takes its notifications along.
CREATE INDEX notification_video ON notification (video_id)
	WHERE video_id IS NOT NULL;
CREATE INDEX notification_comment ON notification (comment_id)
	WHERE comment_id IS NOT NULL;
CREATE INDEX notification_abuse ON notification (abuse_id)
	WHERE abuse_id IS NOT NULL;
CREATE INDEX notification_blacklist ON notification (blacklist_id)
	WHERE blacklist_id IS NOT NULL;
CREATE INDEX notification_account ON notification (account_id)
	WHERE account_id IS NOT NULL;
CREATE INDEX notification_follow ON notification (follower_id, target_id)
	WHERE follower_id IS NOT NULL;

-- Which of them a user wants where: bits 1 web, 2 e-mail, by PeerTube's names;
-- what is not there has its default (rebuild/76-notification.sql).
CREATE TABLE notification_setting (
	user_id bigint PRIMARY KEY REFERENCES app_user ON DELETE CASCADE,
	wanted jsonb NOT NULL DEFAULT '{}'
);

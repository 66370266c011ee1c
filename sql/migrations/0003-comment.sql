-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Comments, and the words their readers watch for.

CREATE TABLE comment (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	-- another server's name for it; one of ours has its video's and its id
	url text UNIQUE CHECK (octet_length(url) <= 2000),
	video_id bigint NOT NULL REFERENCES video ON DELETE CASCADE,
	-- the video's, kept by rebuild/70-comment.sql
	channel_id bigint NOT NULL,
	-- NULL: deleted; what is left holds the thread together
	account_id bigint REFERENCES account,
	-- the comment that began the thread; NULL: it is this one
	thread_id bigint REFERENCES comment,
	in_reply_to_id bigint REFERENCES comment,
	-- Markdown, as it was written
	text text NOT NULL CHECK (char_length(text) <= 10000),
	held_for_review boolean NOT NULL DEFAULT false,
	-- of a thread all answers that are told to everybody, of an answer those
	-- given to it
	total_replies bigint NOT NULL DEFAULT 0 CHECK (total_replies >= 0),
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(),
	deleted_at timestamptz,
	CHECK ((thread_id IS NULL) = (in_reply_to_id IS NULL)),
	CHECK ((account_id IS NULL) = (deleted_at IS NOT NULL)),
	CHECK (deleted_at IS NULL OR text = '')
);
-- The threads that everybody is told of, in both orders.
CREATE INDEX comment_threads ON comment (video_id, created_at DESC, id DESC)
	WHERE thread_id IS NULL AND NOT held_for_review;
CREATE INDEX comment_answered ON comment (video_id, total_replies DESC, id DESC)
	WHERE thread_id IS NULL AND NOT held_for_review;
CREATE INDEX comment_held ON comment (video_id, created_at DESC, id DESC)
	WHERE held_for_review;
CREATE INDEX comment_thread ON comment (thread_id, account_id);
CREATE INDEX comment_parent ON comment (in_reply_to_id);
CREATE INDEX comment_video ON comment (video_id, created_at DESC, id DESC);
CREATE INDEX comment_channel ON comment (channel_id, created_at DESC, id DESC)
	WHERE deleted_at IS NULL;
CREATE INDEX comment_account ON comment (account_id, created_at DESC, id DESC);
CREATE INDEX comment_newest ON comment (created_at DESC, id DESC)
	WHERE deleted_at IS NULL;
CREATE INDEX comment_text ON comment USING gin (text gin_trgm_ops);

-- Threads that everybody is told of; kept like `comments`.
ALTER TABLE video ADD COLUMN threads bigint NOT NULL DEFAULT 0
	CHECK (threads >= 0);

-- An account's words (the server's: those of its moderators) by the name of
-- their list, which is the tag that comments with one of them get.
CREATE TABLE watched_words (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
	name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 100),
	words text[] NOT NULL CHECK (cardinality(words) BETWEEN 1 AND 500),
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(),
	UNIQUE (account_id, name)
);

-- Tags that an account sees at a comment.
CREATE TABLE comment_tag (
	comment_id bigint NOT NULL REFERENCES comment ON DELETE CASCADE,
	account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
	name text NOT NULL,
	PRIMARY KEY (comment_id, account_id, name)
);
CREATE INDEX comment_tag_name ON comment_tag
	(account_id, lower(name), comment_id);

-- What an account wants to happen to what has a tag.
CREATE TABLE tag_policy (
	account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
	policy text NOT NULL
		CHECK (policy IN ('review_comment', 'block_video')),
	name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 100),
	PRIMARY KEY (account_id, policy, name)
);

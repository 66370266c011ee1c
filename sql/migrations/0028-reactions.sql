-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What people on other servers do about videos besides writing.

-- Of a comment of ours on a video whose server lets its owner approve them: the
-- activity that did.
ALTER TABLE comment
	ADD reply_approval text CHECK (octet_length(reply_approval) <= 2000);

-- The activity that brought a report; NULL: it was made here.
ALTER TABLE abuse ADD url text CHECK (octet_length(url) <= 2000);
CREATE INDEX abuse_url ON abuse (url) WHERE url IS NOT NULL;

-- Likes are listed to other servers in the order they came.
DROP INDEX rate_video;
CREATE INDEX rate_video ON rate (video_id, rating, created_at, account_id);

-- Views that other servers told us of, by the activity's id: counted by job
-- `sweep`, and known for a day, so that none counts twice. May be lost.
CREATE UNLOGGED TABLE remote_view (
	url text PRIMARY KEY CHECK (octet_length(url) <= 2000),
	video_id bigint NOT NULL,
	is_counted boolean NOT NULL DEFAULT false,
	at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX remote_view_new ON remote_view (video_id) WHERE NOT is_counted;
CREATE INDEX remote_view_at ON remote_view (at);

-- Who watches a video elsewhere: of one of ours each one by an id, of another
-- server's video how many that one says. May be lost.
CREATE UNLOGGED TABLE remote_viewer (
	url text PRIMARY KEY CHECK (octet_length(url) <= 2000),
	video_id bigint NOT NULL,
	viewers int NOT NULL CHECK (viewers > 0),
	until timestamptz NOT NULL
);
CREATE INDEX remote_viewer_until ON remote_viewer (until);

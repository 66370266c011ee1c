-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Copies of other servers' videos that we keep (rebuild/48-redundancy.sql), and
-- the servers whose videos may be copied without asking an admin.
ALTER TABLE host ADD redundancy_allowed boolean NOT NULL DEFAULT false;

CREATE TABLE redundancy (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	video_id bigint NOT NULL UNIQUE REFERENCES video ON DELETE CASCADE,
	-- the video's, for when that is gone
	uuid uuid NOT NULL UNIQUE,
	-- names the folder; another one each time the files are got anew, so that
	-- what is taken away late is never what has come since
	folder uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
	strategy text NOT NULL CHECK (strategy IN ('most-views', 'trending',
		'recently-added', 'manual')),
	state text NOT NULL DEFAULT 'wanted'
		CHECK (state IN ('wanted', 'kept', 'failed')),
	-- why it failed
	error text CHECK (octet_length(error) <= 2000),
	-- bytes: of what is kept, before that what the video's server says
	size bigint NOT NULL CHECK (size > 0),
	-- master playlist it is a copy of
	playlist_url text NOT NULL CHECK (octet_length(playlist_url) <= 2000),
	-- NULL: until somebody ends it
	expires_at timestamptz,
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(),
	CHECK ((strategy = 'manual') = (expires_at IS NULL))
);
CREATE INDEX redundancy_strategy ON redundancy (strategy);

ALTER TABLE setting DROP CONSTRAINT setting_kind;
ALTER TABLE setting ADD CONSTRAINT setting_kind CHECK (CASE kind
	WHEN 'text' THEN true
	WHEN 'number' THEN value ~ '^-?[0-9]{1,18}$'
	WHEN 'flag' THEN value IN ('true', 'false')
	WHEN 'nsfw' THEN value IN ('do_not_list', 'warn', 'blur', 'display')
	WHEN 'level' THEN value IN ('info', 'warning', 'error')
	WHEN 'list' THEN jsonb_typeof(value::jsonb) = 'array'
	WHEN 'p2p' THEN value IN ('ask', 'on', 'off')
	WHEN 'mirrors' THEN value IN ('anybody', 'followings', 'nobody')
	-- [{"strategy": NAME, "size": bytes, "minLifetime": seconds, at least
	-- 36000, "minViews": for recently-added}], each strategy once
	WHEN 'strategies' THEN jsonb_typeof(value::jsonb) = 'array'
		AND jsonb_array_length(value::jsonb) <= 3
		AND jsonb_array_length(value::jsonb) =
		jsonb_array_length(jsonb_path_query_array(value::jsonb,
			'strict $[*] ? ((@.strategy == "most-views" ||
				@.strategy == "trending" ||
				@.strategy == "recently-added" &&
					@.minViews >= 0 && @.minViews < 1e12) &&
				@.size >= 1 && @.size < 1e15 &&
				@.minLifetime >= 36000 && @.minLifetime < 1e9)'))
		AND NOT value::jsonb @? 'strict $[0] ? (@.strategy == $[1].strategy ||
			@.strategy == $[2].strategy)'
		AND NOT value::jsonb @? 'strict $[1] ? (@.strategy == $[2].strategy)'
	ELSE false END);

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Copies of a video's HLS files that other servers keep and told us of
-- (rebuild/47-mirror.sql).
CREATE TABLE mirror (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	video_id bigint NOT NULL REFERENCES video ON DELETE CASCADE,
	-- the server that keeps it
	actor_id bigint NOT NULL REFERENCES actor ON DELETE CASCADE,
	-- of the CacheFile
	url text NOT NULL CHECK (octet_length(url) <= 2000),
	-- the folder, or the playlist in it
	file_url text NOT NULL CHECK (octet_length(file_url) <= 2000),
	expires_at timestamptz,
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(),
	UNIQUE (video_id, actor_id),
	UNIQUE (actor_id, url)
);
CREATE INDEX mirror_url ON mirror (url);
CREATE INDEX mirror_expires ON mirror (expires_at);

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
	ELSE false END);

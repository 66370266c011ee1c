-- SPDX-License-Identifier: AGPL-3.0-or-later
-- A person of a program without channels is a channel too (rebuild/63-*.sql).
ALTER TABLE channel DROP CONSTRAINT channel_actor_kind_check,
	ADD CONSTRAINT channel_actor_kind_check
		CHECK (actor_kind IN ('Group', 'Person'));

-- One picture with many small ones of a video, a sprite each so many seconds.
CREATE TABLE storyboard (
	video_id bigint PRIMARY KEY REFERENCES video ON DELETE CASCADE,
	filename text NOT NULL UNIQUE CHECK (filename ~ '^[0-9a-f-]{36}\.jpg$'),
	total_width int NOT NULL CHECK (total_width BETWEEN 1 AND 4096),
	total_height int NOT NULL CHECK (total_height BETWEEN 1 AND 4096),
	sprite_width int NOT NULL CHECK (sprite_width BETWEEN 1 AND total_width),
	sprite_height int NOT NULL
		CHECK (sprite_height BETWEEN 1 AND total_height),
	sprite_duration int NOT NULL CHECK (sprite_duration > 0),
	-- as those of `thumbnail`
	url text CHECK (octet_length(url) <= 2000),
	bytes int CHECK (bytes > 0),
	made_at timestamptz
);
CREATE INDEX storyboard_made ON storyboard (made_at) WHERE bytes IS NOT NULL;

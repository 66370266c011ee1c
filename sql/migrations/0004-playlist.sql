-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Playlists and what is in them.

CREATE TABLE playlist (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	uuid uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
	short_uuid text NOT NULL UNIQUE CHECK (short_uuid ~ '^[1-9a-zA-Z]{22}$'),
	account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
	channel_id bigint REFERENCES channel ON DELETE CASCADE,
	channel_position int CHECK (channel_position > 0),
	-- 1 regular, 2 watch later: each user's own, made with the user
	kind smallint NOT NULL DEFAULT 1 CHECK (kind IN (1, 2)),
	-- 1 public, 2 unlisted, 3 private
	privacy smallint NOT NULL CHECK (privacy IN (1, 2, 3)),
	name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 120),
	description text CHECK (char_length(description) BETWEEN 3 AND 1000),
	-- how many elements; kept by rebuild/72-playlist.sql
	videos int NOT NULL DEFAULT 0 CHECK (videos >= 0),
	-- a picture of its own in lazy-static/thumbnails; else that of a video
	thumbnail text UNIQUE CHECK (thumbnail ~ '^[0-9a-f-]{36}\.jpg$'),
	thumbnail_width int CHECK (thumbnail_width > 0),
	thumbnail_height int CHECK (thumbnail_height > 0),
	-- its name as searches compare it
	folded text NOT NULL DEFAULT '',
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(),
	UNIQUE (channel_id, channel_position) DEFERRABLE INITIALLY IMMEDIATE,
	CONSTRAINT playlist_channel_position
		CHECK ((channel_id IS NULL) = (channel_position IS NULL)),
	CONSTRAINT playlist_public_has_channel
		CHECK (privacy <> 1 OR channel_id IS NOT NULL),
	CONSTRAINT playlist_watch_later_is_private
		CHECK (kind = 1 OR (privacy = 3 AND channel_id IS NULL)),
	CONSTRAINT playlist_thumbnail_size CHECK (num_nulls(thumbnail,
		thumbnail_width, thumbnail_height) IN (0, 3))
);
CREATE INDEX playlist_account ON playlist (account_id, created_at DESC);
CREATE UNIQUE INDEX playlist_watch_later ON playlist (account_id)
	WHERE kind = 2;
-- The orders of the list that everybody sees.
CREATE INDEX playlist_created ON playlist (created_at DESC, id DESC)
	WHERE privacy = 1;
CREATE INDEX playlist_updated ON playlist (updated_at DESC, id DESC)
	WHERE privacy = 1;
CREATE INDEX playlist_name ON playlist (name, id) WHERE privacy = 1;
CREATE INDEX playlist_position ON playlist (channel_position, id)
	WHERE privacy = 1;
CREATE INDEX playlist_folded ON playlist USING gin (folded gin_trgm_ops)
	WHERE privacy = 1;
CREATE INDEX playlist_prefix ON playlist (folded text_pattern_ops)
	WHERE privacy = 1;

-- Positions are 1, 2, 3 ... without gaps. A video may be there twice, with
-- other times. One that is deleted leaves its place.
CREATE TABLE playlist_element (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	playlist_id bigint NOT NULL REFERENCES playlist ON DELETE CASCADE,
	video_id bigint REFERENCES video ON DELETE SET NULL,
	position int NOT NULL CHECK (position > 0),
	start_timestamp int CHECK (start_timestamp >= 0),
	stop_timestamp int CHECK (stop_timestamp >= 0),
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(),
	UNIQUE (playlist_id, position) DEFERRABLE INITIALLY IMMEDIATE
);
CREATE INDEX playlist_element_video ON playlist_element (video_id);

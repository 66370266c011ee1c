-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Other servers' videos and playlists, and what was here and is gone.

ALTER TABLE video
	-- it is, or was to be, shown while it happens
	ADD is_live boolean NOT NULL DEFAULT false;

-- Captions that stay at their origin.
ALTER TABLE video_caption
	ALTER filename DROP NOT NULL,
	ADD url text CHECK (octet_length(url) <= 2000),
	ADD CONSTRAINT video_caption_place CHECK (num_nonnulls(filename, url) = 1);

-- Pictures of other servers: made from `url` when they are wanted, and made
-- again where they were dropped (setting remote.cache_size). `bytes` is what
-- the files take here, NULL where there are none.
ALTER TABLE thumbnail
	ADD url text CHECK (octet_length(url) <= 2000),
	ADD bytes int CHECK (bytes > 0),
	ADD made_at timestamptz;
ALTER TABLE actor_image
	ADD url text CHECK (octet_length(url) <= 2000),
	ADD bytes int CHECK (bytes > 0),
	ADD made_at timestamptz;
CREATE INDEX thumbnail_made ON thumbnail (made_at) WHERE bytes IS NOT NULL;
CREATE INDEX actor_image_made ON actor_image (made_at) WHERE bytes IS NOT NULL;

ALTER TABLE playlist
	ADD host_id bigint REFERENCES host,
	ADD url text UNIQUE CHECK (octet_length(url) <= 2000),
	ADD refreshed_at timestamptz,
	ADD CONSTRAINT playlist_ours CHECK ((host_id IS NULL) = (url IS NULL));
ALTER TABLE playlist_element
	ADD url text UNIQUE CHECK (octet_length(url) <= 2000);

-- Ids of ours that are gone for ever: asked for, they are answered with 410.
CREATE TABLE tombstone (
	url text PRIMARY KEY CHECK (octet_length(url) <= 2000),
	-- ActivityPub's type of what it was
	former_type text NOT NULL CHECK (octet_length(former_type) <= 100),
	deleted_at timestamptz NOT NULL DEFAULT now()
);

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What comes with a video besides its file, and files that come in pieces.

-- Files in lazy-static/video-captions.
CREATE TABLE video_caption (
	video_id bigint NOT NULL REFERENCES video ON DELETE CASCADE,
	language_id text NOT NULL REFERENCES language,
	filename text NOT NULL UNIQUE
		CHECK (filename ~ '^[0-9a-f-]{36}-[A-Za-z0-9-]{1,20}\.vtt$'),
	is_automatic boolean NOT NULL DEFAULT false,
	updated_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (video_id, language_id)
);

CREATE TABLE video_chapter (
	video_id bigint NOT NULL REFERENCES video ON DELETE CASCADE,
	timecode int NOT NULL CHECK (timecode >= 0),
	title text NOT NULL CHECK (char_length(title) BETWEEN 1 AND 100),
	PRIMARY KEY (video_id, timecode)
);

-- Files in lazy-static/logos.
CREATE TABLE instance_logo (
	kind text NOT NULL CHECK (kind IN ('favicon', 'header-wide',
		'header-square', 'opengraph')),
	filename text NOT NULL UNIQUE CHECK (filename ~ '^[0-9a-f-]{36}\.jpg$'),
	width int NOT NULL CHECK (width > 0),
	height int NOT NULL CHECK (height > 0),
	created_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (kind, width)
);

-- Resumable uploads. The bytes are in MEDIA/source/FILE; what is behind the
-- `received` ones was never acknowledged.
CREATE TABLE upload_session (
	id text PRIMARY KEY CHECK (id ~ '^[0-9a-f]{64}$'),
	user_id bigint NOT NULL REFERENCES app_user ON DELETE CASCADE,
	-- whose file is replaced; NULL: a new video
	video_id bigint REFERENCES video ON DELETE CASCADE,
	file uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
	filename text NOT NULL CHECK (octet_length(filename) <= 1000),
	size bigint NOT NULL CHECK (size > 0),
	received bigint NOT NULL DEFAULT 0,
	form jsonb NOT NULL,
	-- below media_dir, or NULL
	thumbnail text,
	-- what the last piece was answered; NULL: it has not come
	answer jsonb,
	created_at timestamptz NOT NULL DEFAULT now(),
	touched_at timestamptz NOT NULL DEFAULT now(),
	CHECK (received BETWEEN 0 AND size)
);
CREATE INDEX upload_session_user ON upload_session (user_id);
CREATE INDEX upload_session_video ON upload_session (video_id);
CREATE INDEX upload_session_touched ON upload_session (touched_at);

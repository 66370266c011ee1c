-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What lists are answered from, so that they stay quick at any size.

-- What the API says of a video, made when it changes; rebuildable
-- (rebuild/52-api-kept.sql). `origin` is the one its URLs begin with.
CREATE TABLE video_kept (
	video_id bigint PRIMARY KEY REFERENCES video ON DELETE CASCADE,
	origin text NOT NULL,
	-- members of a JSON object: of every document of the video ...
	members text NOT NULL,
	-- ... the value of the description in lists ...
	summary text NOT NULL,
	-- ... and what whole videos and the lists of their makers have besides
	files text NOT NULL
);

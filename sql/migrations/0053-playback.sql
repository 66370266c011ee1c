-- SPDX-License-Identifier: AGPL-3.0-or-later
-- How much viewers of a video got from us and from each other. Players report
-- sums; each is a row (no hot row is touched) without who sent it, added up per
-- day by job `viewing`.
CREATE UNLOGGED TABLE playback_ping (
	video_id bigint NOT NULL,
	from_server bigint NOT NULL,
	from_viewers bigint NOT NULL,
	to_viewers bigint NOT NULL,
	day date NOT NULL DEFAULT (now() AT TIME ZONE 'UTC')::date
);

CREATE TABLE playback_day (
	video_id bigint NOT NULL REFERENCES video ON DELETE CASCADE,
	day date NOT NULL,
	from_server bigint NOT NULL,
	from_viewers bigint NOT NULL,
	to_viewers bigint NOT NULL,
	PRIMARY KEY (video_id, day)
);

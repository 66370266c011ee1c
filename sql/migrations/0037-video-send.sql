-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Videos of ours whose totals changed; others are told at most once in ten
-- minutes (rebuild/85-video-send.sql).
CREATE TABLE video_recount (
	video_id bigint PRIMARY KEY REFERENCES video ON DELETE CASCADE,
	is_due boolean NOT NULL DEFAULT true,
	told_at timestamptz NOT NULL DEFAULT '-infinity'
);
CREATE INDEX video_recount_due ON video_recount (told_at) WHERE is_due;

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What lists ask of a video's files, beside the video; kept by
-- rebuild/52-api-kept.sql.

ALTER TABLE video ADD COLUMN has_hls boolean NOT NULL DEFAULT false,
	ADD COLUMN has_web boolean NOT NULL DEFAULT false,
	ADD COLUMN files_size bigint NOT NULL DEFAULT 0
		CHECK (files_size >= 0);
UPDATE video v SET
	has_hls = EXISTS (SELECT FROM streaming_playlist p
		WHERE p.video_id = v.id),
	has_web = EXISTS (SELECT FROM video_file f
		WHERE f.video_id = v.id AND f.playlist_id IS NULL),
	files_size = (SELECT coalesce(sum(f.size), 0) FROM video_file f
		WHERE f.video_id = v.id);

CREATE INDEX video_hls ON video (has_hls, published_at DESC, id DESC)
	INCLUDE (nsfw) WHERE is_published AND privacy = 1;
CREATE INDEX video_web ON video (has_web, published_at DESC, id DESC)
	INCLUDE (nsfw) WHERE is_published AND privacy = 1;
CREATE INDEX video_files_size ON video (files_size DESC, id DESC)
	WHERE is_published AND privacy = 1;

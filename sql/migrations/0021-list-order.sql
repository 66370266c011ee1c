-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Orders and filters of lists that had no index. A filter's index has the usual
-- order in it, and nsfw beside it, so that counting reads the index alone.

CREATE INDEX video_originally ON video
	(originally_published_at DESC NULLS LAST, id DESC)
	WHERE is_published AND privacy = 1;
CREATE INDEX video_originally_first ON video (originally_published_at, id)
	WHERE is_published AND privacy = 1;
CREATE INDEX video_comments ON video (comments DESC, id DESC)
	WHERE is_published AND privacy = 1;
CREATE INDEX video_category ON video
	(category_id, published_at DESC, id DESC) INCLUDE (nsfw)
	WHERE is_published AND privacy = 1;
CREATE INDEX video_licence ON video
	(licence_id, published_at DESC, id DESC) INCLUDE (nsfw)
	WHERE is_published AND privacy = 1;
CREATE INDEX video_language ON video
	(language_id, published_at DESC, id DESC) INCLUDE (nsfw)
	WHERE is_published AND privacy = 1;
CREATE INDEX video_channel_listed ON video
	(channel_id, published_at DESC, id DESC) INCLUDE (nsfw)
	WHERE is_published AND privacy = 1;
CREATE INDEX video_nsfw ON video (published_at DESC, id DESC)
	WHERE is_published AND privacy = 1 AND nsfw;

-- What a search of channels looks through; kept by rebuild/56-api-channel.sql.
ALTER TABLE channel ADD COLUMN folded text NOT NULL DEFAULT '';
CREATE INDEX channel_folded ON channel USING gin (folded gin_trgm_ops);
CREATE INDEX channel_display_name ON channel (display_name, id);
CREATE INDEX actor_updated ON actor (updated_at, id) WHERE kind = 'Group';

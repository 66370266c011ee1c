-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param accountId int 1..9007199254740991 required
-- param token uuid required
-- param sort choice -publishedAt|-views|-trending|-createdAt = -publishedAt
-- The newest videos of an account's subscriptions, for whoever has its token.
SELECT json_build_object(
	'title', s.title,
	'description', '',
	'path', '/',
	'updatedAt', iso(now()),
	'items', feed_items(20, NULL, NULL, $3 = '-views', s.followed,
		s.viewer))
FROM feed_subscriber($1::bigint, $2::uuid) s

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What the instance says of itself, and how large it is.
SELECT json_build_object(
	'description', coalesce(setting('instance.description'), ''),
	'terms', coalesce(setting('instance.terms'), ''),
	'contact', coalesce(setting('instance.contact'), ''),
	'videos', (SELECT count(*) FROM video WHERE is_published AND privacy = 1),
	'channels', (SELECT count(*) FROM channel),
	'users', (SELECT count(*) FROM account WHERE actor_kind = 'Person'),
	'views', (SELECT coalesce(sum(views), 0) FROM video
		WHERE is_published AND privacy = 1),
	'size', (SELECT coalesce(sum(size), 0) FROM video_file))

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What the instance says of itself, and how large it is.
SELECT json_build_object(
	'description', coalesce(setting('instance.description'), ''),
	'terms', coalesce(setting('instance.terms'), ''),
	'contact', coalesce(setting('instance.contact'), ''),
	'codeOfConduct', setting('instance.code_of_conduct'),
	'moderation', setting('instance.moderation_information'),
	'administrator', setting('instance.administrator'),
	'creationReason', setting('instance.creation_reason'),
	'maintenance', setting('instance.maintenance_lifetime'),
	'business', setting('instance.business_model'),
	'hardware', setting('instance.hardware_information'),
	'support', setting('instance.support'),
	'videos', (SELECT count(*) FROM video WHERE is_published AND privacy = 1
		AND host_id IS NULL),
	'channels', (SELECT count(*) FROM channel c JOIN actor a
		ON a.id = c.actor_id AND a.host_id IS NULL),
	'users', (SELECT count(*) FROM account WHERE user_id IS NOT NULL),
	'views', (SELECT coalesce(sum(views), 0) FROM video
		WHERE is_published AND privacy = 1 AND host_id IS NULL),
	'size', (SELECT coalesce(sum(size), 0) FROM video_file
		WHERE url IS NULL))

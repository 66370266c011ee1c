-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What an admin may change (`cardume setting`), as a new instance has it.
-- Each is documented in cardume(8). A set value is never overwritten.
INSERT INTO setting (name, kind, value) VALUES
	('instance.name', 'text', 'Cardume'),
	('instance.short_description', 'text',
	 'A video platform of the fediverse, run with Cardume.'),
	('instance.description', 'text', ''),
	('instance.terms', 'text', ''),
	('instance.contact', 'text', ''),
	('instance.language', 'text', 'en'),
	('instance.nsfw_policy', 'nsfw', 'warn'),
	('user.video_quota', 'number', '-1'),
	('user.video_quota_daily', 'number', '-1'),
	('user.channels_max', 'number', '20'),
	('signup.enabled', 'flag', 'false'),
	('signup.limit', 'number', '10'),
	('signup.requires_approval', 'flag', 'true'),
	('signup.requires_email_verification', 'flag', 'false'),
	('signup.minimum_age', 'number', '16'),
	('admin.email', 'text', ''),
	('contact_form.enabled', 'flag', 'true'),
	('auto_blacklist.videos.of_users', 'flag', 'false'),
	('upload.max_size', 'number', '12884901888'),
	('transcoding.keep_original', 'flag', 'false'),
	('transcoding.max_resolution', 'number', '1080'),
	('federation.videos.federate_unlisted', 'flag', 'false')
ON CONFLICT (name) DO UPDATE SET kind = excluded.kind;

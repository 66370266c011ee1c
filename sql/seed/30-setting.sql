-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What an admin may change (`cardume setting`), as a new instance has it.
-- Each is documented in cardume(8). A set value is never overwritten.
INSERT INTO setting (name, value) VALUES
	('instance.name', 'Cardume'),
	('instance.short_description',
	 'A video platform of the fediverse, run with Cardume.'),
	('instance.description', ''),
	('instance.terms', ''),
	('instance.contact', ''),
	('instance.nsfw_policy', 'warn'),
	('signup.enabled', 'false'),
	('user.video_quota', '-1'),
	('user.video_quota_daily', '-1'),
	('user.channels_max', '20'),
	('upload.max_size', '12884901888'),
	('transcoding.keep_original', 'false'),
	('federation.videos.federate_unlisted', 'false')
ON CONFLICT (name) DO NOTHING;

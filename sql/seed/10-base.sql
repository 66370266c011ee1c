-- SPDX-License-Identifier: AGPL-3.0-or-later
-- PeerTube's numbers and words: clients and remote instances know them.
INSERT INTO category (id, label) VALUES
	(1, 'Music'), (2, 'Films'), (3, 'Vehicles'), (4, 'Art'), (5, 'Sports'),
	(6, 'Travels'), (7, 'Gaming'), (8, 'People'), (9, 'Comedy'),
	(10, 'Entertainment'), (11, 'News & Politics'), (12, 'How To'),
	(13, 'Education'), (14, 'Activism'), (15, 'Science & Technology'),
	(16, 'Animals'), (17, 'Kids'), (18, 'Food')
ON CONFLICT (id) DO UPDATE SET label = excluded.label;

INSERT INTO licence (id, label) VALUES
	(1, 'Attribution'),
	(2, 'Attribution - Share Alike'),
	(3, 'Attribution - No Derivatives'),
	(4, 'Attribution - Non Commercial'),
	(5, 'Attribution - Non Commercial - Share Alike'),
	(6, 'Attribution - Non Commercial - No Derivatives'),
	(7, 'Public Domain Dedication')
ON CONFLICT (id) DO UPDATE SET label = excluded.label;

INSERT INTO privacy (id, label) VALUES
	(1, 'Public'), (2, 'Unlisted'), (3, 'Private'), (4, 'Internal'),
	(5, 'Password protected')
ON CONFLICT (id) DO UPDATE SET label = excluded.label;

INSERT INTO video_state (id, label) VALUES
	(1, 'Published'), (2, 'To transcode'), (3, 'To import'),
	(4, 'Waiting for livestream'), (5, 'Livestream ended'),
	(6, 'To move to an external storage'), (7, 'Transcoding failed'),
	(8, 'External storage move failed'), (9, 'To edit'),
	(10, 'To move to file system'), (11, 'Move to file system failed')
ON CONFLICT (id) DO UPDATE SET label = excluded.label;

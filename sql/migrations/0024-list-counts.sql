-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What accounts, channels and whole videos tell at each read, kept.

-- By rebuild/50-api.sql: how many are followed and follow.
ALTER TABLE actor ADD COLUMN following bigint NOT NULL DEFAULT 0
		CHECK (following >= 0),
	ADD COLUMN followers bigint NOT NULL DEFAULT 0 CHECK (followers >= 0);
UPDATE actor a SET
	following = (SELECT count(*) FROM follow f
		WHERE f.follower_id = a.id AND f.state = 'accepted'),
	followers = (SELECT count(*) FROM follow f
		WHERE f.target_id = a.id AND f.state = 'accepted')
WHERE EXISTS (SELECT FROM follow f WHERE f.follower_id = a.id)
	OR EXISTS (SELECT FROM follow f WHERE f.target_id = a.id);

-- The members `banners` and `banner`, beside `face`.
ALTER TABLE channel ADD COLUMN banners text NOT NULL
	DEFAULT '"banners":[],"banner":null';

-- Members of whole videos alone (rebuild/52-api-kept.sql makes them again).
TRUNCATE video_kept;
ALTER TABLE video_kept ADD COLUMN whole text NOT NULL;
-- Lists read these two: the others leave the row first where it is too long.
ALTER TABLE video_kept ALTER members SET STORAGE MAIN,
	ALTER summary SET STORAGE MAIN;

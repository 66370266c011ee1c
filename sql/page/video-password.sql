-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param id video required
-- param password text 0..100
-- The video of which this is a password, where it asks for one.
SELECT v.id FROM video v
WHERE v.id = video_id($1) AND v.privacy = 5 AND v.is_published
	AND EXISTS (SELECT FROM video_password p
		WHERE p.video_id = v.id AND p.password = $2)

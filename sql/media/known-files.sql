-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param names list 0..1000 required
-- Which of these file names or directories some row names.
SELECT n FROM unnest($1::text[]) n
WHERE EXISTS (SELECT FROM video_file WHERE filename = n)
	OR EXISTS (SELECT FROM video_file WHERE torrent_filename = n)
	OR EXISTS (SELECT FROM thumbnail WHERE filename = n)
	OR EXISTS (SELECT FROM actor_image WHERE filename = n)
	OR EXISTS (SELECT FROM video WHERE uuid::text = n)
	OR EXISTS (SELECT FROM video_source WHERE path = 'source/' || n)

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param names list 0..1000 required
-- Which of these file names or directories some row names. A source that is
-- not kept is of no use once the video has its files.
SELECT n FROM unnest($1::text[]) n
WHERE EXISTS (SELECT FROM video_file WHERE filename = n)
	OR EXISTS (SELECT FROM video_file WHERE torrent_filename = n)
	OR EXISTS (SELECT FROM thumbnail WHERE filename = n)
	OR EXISTS (SELECT FROM actor_image WHERE filename = n)
	OR EXISTS (SELECT FROM storyboard WHERE filename = n)
	OR EXISTS (SELECT FROM playlist WHERE thumbnail = n)
	OR EXISTS (SELECT FROM instance_logo WHERE filename = n)
	OR EXISTS (SELECT FROM video_caption WHERE filename = n)
	OR EXISTS (SELECT FROM upload_session s WHERE s.answer IS NULL
		AND s.touched_at > now() - interval '24 hours'
		AND (s.file::text = n OR s.thumbnail = 'source/' || n))
	OR EXISTS (SELECT FROM video WHERE uuid::text = n)
	OR EXISTS (SELECT FROM video_file
		WHERE filename = replace(n, '.m3u8', '-fragmented.mp4'))
	OR EXISTS (SELECT FROM streaming_playlist WHERE playlist_filename = n)
	OR EXISTS (SELECT FROM streaming_playlist
		WHERE segments_sha256_filename = n)
	OR EXISTS (SELECT FROM video_source s JOIN video v ON v.id = s.video_id
		WHERE s.path = 'source/' || n AND (s.is_kept OR v.state <> 1
			OR EXISTS (SELECT FROM job WHERE payload ? 'videoId'
				AND queue = 1 AND state <> 4
				AND payload ->> 'videoId' = v.id::text)))
	OR 'source/' || n IN (SELECT payload ->> 'path' FROM job
		WHERE payload ? 'path')
	OR EXISTS (SELECT FROM job
		WHERE state = 1 AND id || '-' || lease = n)

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/server/stats
-- answer ServerStats
-- cache 60
-- What the instances index asks each instance for.
WITH users AS (
	SELECT count(*) AS nr, count(*) FILTER (WHERE role = 1) AS moderators,
		count(*) FILTER (WHERE role = 0) AS admins,
		count(*) FILTER (WHERE last_login_at > now() - interval '1 day')
			AS day,
		count(*) FILTER (WHERE last_login_at > now() - interval '7 days')
			AS week,
		count(*) FILTER (WHERE last_login_at > now() -
			interval '30 days') AS month
	FROM app_user
), videos AS (
	SELECT count(*) AS nr, coalesce(sum(views), 0) AS views,
		coalesce(sum(comments), 0) AS comments
	FROM video v WHERE video_is_listed(v)
), follows AS (
	SELECT count(*) FILTER (WHERE f.target_id = a.id) AS followers,
		count(*) FILTER (WHERE f.follower_id = a.id) AS following
	FROM actor a
	JOIN follow f ON a.id IN (f.target_id, f.follower_id)
	WHERE a.kind = 'Application' AND f.state = 'accepted'
)
SELECT json_build_object(
	'totalUsers', users.nr,
	'totalModerators', users.moderators,
	'totalAdmins', users.admins,
	'totalDailyActiveUsers', users.day,
	'totalWeeklyActiveUsers', users.week,
	'totalMonthlyActiveUsers', users.month,
	'totalLocalVideos', videos.nr,
	'totalLocalVideoViews', videos.views,
	'totalLocalVideoDownloads', 0,
	'totalLocalVideoComments', videos.comments,
	'totalLocalVideoFilesSize',
		(SELECT coalesce(sum(size), 0) FROM video_file),
	'totalVideos', videos.nr,
	'totalVideoComments', videos.comments,
	'totalLocalVideoChannels', (SELECT count(*) FROM channel),
	'totalLocalPlaylists', (SELECT count(*) FROM playlist
		WHERE privacy = 1),
	'totalInstanceFollowers', follows.followers,
	'totalInstanceFollowing', follows.following,
	'videosRedundancy', '[]'::json)
FROM users, videos, follows

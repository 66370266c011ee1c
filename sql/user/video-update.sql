-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role page api upload
-- param id int 1..9000000000000000
-- param form text 2..1000000
-- Stores a form that was checked before; files and torrents follow by trigger
-- (26-files.sql).
WITH f AS (SELECT $2::jsonb AS f), gone AS (
	DELETE FROM video_password p USING f
	WHERE p.video_id = $1::bigint AND ((f ->> 'privacy')::int <> 5
		OR NOT f -> 'videoPasswords' ? p.password)
), new AS (
	INSERT INTO video_password (video_id, password)
	SELECT $1::bigint, p FROM f,
		jsonb_array_elements_text(f -> 'videoPasswords') p
	WHERE (f ->> 'privacy')::int = 5
	ON CONFLICT (video_id, password) DO NOTHING
)
UPDATE video SET name = f ->> 'name', description = f ->> 'description',
	support = f ->> 'support', category_id = (f ->> 'category')::int,
	licence_id = (f ->> 'licence')::int, language_id = f ->> 'language',
	channel_id = (f ->> 'channelId')::bigint,
	tags = array(SELECT jsonb_array_elements_text(f -> 'tags')),
	privacy = (f ->> 'privacy')::int, nsfw = (f -> 'nsfw')::boolean,
	nsfw_summary = f ->> 'nsfwSummary',
	comments_policy = (f ->> 'commentsPolicy')::smallint,
	download_enabled = (f -> 'downloadEnabled')::boolean,
	wait_transcoding = (f -> 'waitTranscoding')::boolean,
	originally_published_at = time_or_null(f ->> 'originallyPublishedAt'),
	updated_at = now()
FROM f WHERE id = $1::bigint

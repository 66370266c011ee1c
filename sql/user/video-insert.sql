-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role upload
-- param uuid text 36..36
-- param form text 2..1000000
-- param path text 1..100
-- param start int 0..9000000000000000
-- param size int 1..9000000000000000
-- param filename text 0..1000
-- A new video with its source and passwords; the form was checked before. The
-- API's answer, the numeric id.
WITH new AS (
	INSERT INTO video (uuid, name, description, support, category_id,
		licence_id, language_id, channel_id, privacy, tags, nsfw,
		nsfw_summary, comments_policy, download_enabled,
		wait_transcoding, originally_published_at, state)
	SELECT $1::uuid, f ->> 'name', f ->> 'description', f ->> 'support',
		(f ->> 'category')::int, (f ->> 'licence')::int,
		f ->> 'language', (f ->> 'channelId')::bigint,
		coalesce((f ->> 'privacy')::int, 1),
		array(SELECT jsonb_array_elements_text(f -> 'tags')),
		coalesce((f -> 'nsfw')::boolean, false), f ->> 'nsfwSummary',
		coalesce((f ->> 'commentsPolicy')::smallint, 1),
		coalesce((f -> 'downloadEnabled')::boolean, true),
		coalesce((f -> 'waitTranscoding')::boolean, false),
		time_or_null(f ->> 'originallyPublishedAt'), 2
	FROM (SELECT $2::jsonb AS f) given
	RETURNING id, uuid, short_uuid, privacy
), source AS (
	INSERT INTO video_source (video_id, path, start, size, filename)
	SELECT id, $3, $4::bigint, $5::bigint, $6 FROM new
), passwords AS (
	INSERT INTO video_password (video_id, password)
	SELECT new.id, p FROM new,
		jsonb_array_elements_text($2::jsonb -> 'videoPasswords') p
	WHERE new.privacy = 5
)
SELECT jsonb_build_object('video', jsonb_build_object('id', id, 'uuid', uuid,
	'shortUUID', short_uuid)), id
FROM new

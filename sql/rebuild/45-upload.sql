-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What makers fill in: quota, the form of a video, its checks and its page.

-- Bytes that the videos a user made since then take: renditions, and what was
-- uploaded as long as it is there.
CREATE FUNCTION user_quota_used(owner bigint, since timestamptz)
RETURNS bigint STABLE LANGUAGE sql AS $$
	SELECT coalesce(sum(
		coalesce((SELECT sum(f.size) FROM video_file f
			WHERE f.video_id = v.id), 0) +
		coalesce((SELECT s.size FROM video_source s
			WHERE s.video_id = v.id
				AND (s.is_kept OR v.state <> 1)), 0)), 0)::bigint
	FROM account a
	JOIN channel c ON c.account_id = a.id
	JOIN video v ON v.channel_id = c.id
	WHERE a.user_id = owner AND v.created_at >= since
$$;

-- Bytes announced by uploads that are on their way; one whose connection was
-- cut and not noticed counts for a day.
CREATE FUNCTION user_quota_reserved(owner bigint, but uuid) RETURNS bigint
STABLE LANGUAGE sql AS $$
	SELECT (coalesce((SELECT sum(expected) FROM upload
		WHERE user_id = owner AND id <> but
			AND created_at > now() - interval '1 day'), 0) +
		coalesce((SELECT sum(size) FROM upload_session
		WHERE user_id = owner AND file <> but AND answer IS NULL
			AND touched_at > now() - interval '1 day'), 0))::bigint
$$;

-- Why a user may not upload so many bytes more: 'size', 'quota' or 'daily';
-- NULL: it may be.
CREATE FUNCTION upload_refusal(who bigint, this uuid, bytes bigint)
RETURNS text STABLE LANGUAGE sql AS $$
	SELECT CASE
		WHEN bytes > setting('upload.max_size')::bigint THEN 'size'
		WHEN u.video_quota >= 0 AND u.video_quota < bytes +
			user_quota_used(who, '-infinity') +
			user_quota_reserved(who, this) THEN 'quota'
		WHEN u.video_quota_daily >= 0 AND u.video_quota_daily < bytes +
			user_quota_used(who, now() - interval '1 day') +
			user_quota_reserved(who, this) THEN 'daily'
	END
	FROM app_user u WHERE u.id = who
$$;

-- NULL when the text is no time.
CREATE FUNCTION time_or_null(text) RETURNS timestamptz
STABLE STRICT LANGUAGE plpgsql AS $$
BEGIN
	IF $1 !~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}' THEN
		RETURN NULL;
	END IF;
	RETURN $1::timestamptz;
EXCEPTION WHEN data_exception THEN
	RETURN NULL;
END $$;

CREATE FUNCTION number_or_null(text) RETURNS bigint IMMUTABLE STRICT LANGUAGE sql AS
$$
	SELECT CASE WHEN $1 ~ '^[0-9]{1,18}$' THEN $1::bigint END
$$;

-- A form of a video: {name, description, support, category, licence, language,
-- channelId, privacy, tags: [], videoPasswords: [], nsfw, nsfwSummary,
-- commentsPolicy, downloadEnabled, waitTranscoding, originallyPublishedAt};
-- texts and booleans; what is absent or null was left empty.

-- May `viewer` put a video into a channel? A new one (owner NULL) into one's
-- own and those one works on; one that is there stays with its owner.
CREATE FUNCTION channel_takes(channel bigint, owner bigint, viewer bigint)
RETURNS boolean STABLE LANGUAGE plpgsql AS $$
DECLARE
	holder constant bigint := channel_owner(channel);
BEGIN
	IF owner IS NULL THEN
		RETURN holder = viewer OR channel_has_editor(channel, viewer);
	END IF;
	RETURN holder = owner AND (may_act_for(viewer, owner)
		OR channel_has_editor(channel, viewer));
END $$;

-- What is wrong with it, as [{field, message, status}]; `owner` is the user
-- whose video it is, NULL of a new one.
CREATE FUNCTION video_form_errors(owner bigint, viewer bigint, form jsonb)
RETURNS jsonb STABLE LANGUAGE sql AS $$
	WITH f AS (
		SELECT form ->> 'name' AS name, form ->> 'privacy' AS privacy,
			array(SELECT jsonb_array_elements_text(form -> 'tags'))
				AS tags,
			array(SELECT jsonb_array_elements_text(
				form -> 'videoPasswords')) AS passwords
	), checks (field, status, is_bad, message) AS (
		SELECT 'name', 400, coalesce(char_length(name), 0)
			NOT BETWEEN 3 AND 120,
			'The title needs 3 to 120 characters.' FROM f
		UNION ALL SELECT 'description', 400, char_length(
			form ->> 'description') NOT BETWEEN 3 AND 10000,
			'The description needs 3 to 10,000 characters.'
		UNION ALL SELECT 'support', 400, char_length(form ->> 'support')
			NOT BETWEEN 3 AND 1000,
			'The support text needs 3 to 1,000 characters.'
		UNION ALL SELECT 'tags', 400, cardinality(tags) > 5,
			'A video has at most 5 tags.' FROM f
		UNION ALL SELECT 'tags', 400, EXISTS (SELECT FROM unnest(tags) t
			WHERE char_length(t) NOT BETWEEN 2 AND 30),
			'Each tag needs 2 to 30 characters.' FROM f
		UNION ALL SELECT 'tags', 400, (SELECT count(DISTINCT t) FROM
			unnest(tags) t) < cardinality(tags),
			'A tag is there twice.' FROM f
		UNION ALL SELECT 'category', 400, form ->> 'category' IS NOT NULL
			AND NOT EXISTS (SELECT FROM category WHERE id =
				number_or_null(form ->> 'category')),
			'There is no such category.'
		UNION ALL SELECT 'licence', 400, form ->> 'licence' IS NOT NULL
			AND NOT EXISTS (SELECT FROM licence WHERE id =
				number_or_null(form ->> 'licence')),
			'There is no such licence.'
		UNION ALL SELECT 'language', 400, form ->> 'language' IS NOT NULL
			AND NOT EXISTS (SELECT FROM language
				WHERE id = form ->> 'language'),
			'There is no such language.'
		UNION ALL SELECT 'channelId', 400, NOT EXISTS (SELECT FROM channel
			WHERE id = number_or_null(form ->> 'channelId')),
			'Choose the channel that shows the video.'
		UNION ALL SELECT 'channelId', 403, EXISTS (SELECT FROM channel c
			WHERE c.id = number_or_null(form ->> 'channelId')
				AND channel_takes(c.id, owner, viewer)
					IS NOT TRUE),
			'This channel belongs to somebody else.'
		UNION ALL SELECT 'privacy', 400, privacy IS NOT NULL AND NOT
			EXISTS (SELECT FROM privacy p
				WHERE p.id = number_or_null(privacy)),
			'Choose who may see the video.' FROM f
		UNION ALL SELECT 'videoPasswords', 400, number_or_null(privacy) = 5
			AND cardinality(passwords) NOT BETWEEN 1 AND 20,
			'Give 1 to 20 passwords, or let others see the video.'
			FROM f
		UNION ALL SELECT 'videoPasswords', 400, EXISTS (SELECT FROM
			unnest(passwords) p
			WHERE char_length(p) NOT BETWEEN 2 AND 100),
			'Each password needs 2 to 100 characters.' FROM f
		UNION ALL SELECT 'videoPasswords', 400, (SELECT count(DISTINCT p)
			FROM unnest(passwords) p) < cardinality(passwords),
			'A password is there twice.' FROM f
		UNION ALL SELECT 'nsfwSummary', 400, char_length(
			form ->> 'nsfwSummary') > 250,
			'This text has at most 250 characters.'
		UNION ALL SELECT 'commentsPolicy', 400, form ->> 'commentsPolicy'
			NOT IN ('1', '2', '3'),
			'Choose who may comment.'
		UNION ALL SELECT 'originallyPublishedAt', 400,
			form ->> 'originallyPublishedAt' IS NOT NULL AND
			time_or_null(form ->> 'originallyPublishedAt') IS NULL,
			'This is no date. Write year-month-day.'
	)
	SELECT coalesce(jsonb_agg(jsonb_build_object('field', field,
		'message', message, 'status', status)), '[]'::jsonb)
	FROM checks WHERE is_bad
$$;

-- The form of a video that is there already.
CREATE FUNCTION video_form(v video) RETURNS jsonb STABLE LANGUAGE sql AS $$
	SELECT jsonb_build_object(
		'name', (v).name,
		'description', (v).description,
		'support', (v).support,
		'category', (v).category_id::text,
		'licence', (v).licence_id::text,
		'language', (v).language_id,
		'channelId', (v).channel_id::text,
		'privacy', (v).privacy::text,
		'tags', to_jsonb((v).tags),
		'videoPasswords', (SELECT coalesce(jsonb_agg(p.password
			ORDER BY p.id), '[]') FROM video_password p
			WHERE p.video_id = (v).id),
		'nsfw', (v).nsfw,
		'nsfwSummary', (v).nsfw_summary,
		'commentsPolicy', (v).comments_policy::text,
		'downloadEnabled', (v).download_enabled,
		'waitTranscoding', (v).wait_transcoding,
		'originallyPublishedAt', to_char((v).originally_published_at
			AT TIME ZONE 'UTC', 'YYYY-MM-DD'))
$$;

-- A new video's form before anything is filled in.
CREATE FUNCTION video_form_empty() RETURNS jsonb IMMUTABLE LANGUAGE sql AS $$
	SELECT '{"privacy": "1", "commentsPolicy": "1", "nsfw": false,
		"downloadEnabled": true, "waitTranscoding": true,
		"tags": [], "videoPasswords": []}'::jsonb
$$;

-- The document of templates/part/video-fields.mustache: each control's value
-- or choices, and what was wrong with it.
CREATE FUNCTION video_form_page(owner bigint, form jsonb, errors jsonb)
RETURNS jsonb STABLE LANGUAGE sql AS $$
	SELECT jsonb_build_object(
	'form', jsonb_build_object(
		'name', coalesce(form ->> 'name', ''),
		'description', coalesce(form ->> 'description', ''),
		'support', coalesce(form ->> 'support', ''),
		'tags', coalesce((SELECT string_agg(t, ', ') FROM
			jsonb_array_elements_text(form -> 'tags') t), ''),
		'videoPasswords', coalesce((SELECT string_agg(p, E'\n') FROM
			jsonb_array_elements_text(form -> 'videoPasswords') p), ''),
		'nsfw', coalesce((form -> 'nsfw')::boolean, false),
		'nsfwSummary', coalesce(form ->> 'nsfwSummary', ''),
		'downloadEnabled',
			coalesce((form -> 'downloadEnabled')::boolean, false),
		'waitTranscoding',
			coalesce((form -> 'waitTranscoding')::boolean, false),
		'originallyPublishedAt',
			coalesce(form ->> 'originallyPublishedAt', '')),
	'channels', (SELECT coalesce(jsonb_agg(jsonb_build_object(
		'id', c.id, 'name', actor.name, 'displayName', c.display_name,
		'isSelected', coalesce(c.id =
			number_or_null(form ->> 'channelId'), false))
		ORDER BY c.id), '[]')
		FROM account a JOIN channel c ON c.account_id = a.id
		JOIN actor ON actor.id = c.actor_id WHERE a.user_id = owner),
	'categories', (SELECT jsonb_agg(jsonb_build_object(
		'id', id, 'label', label,
		'isSelected', coalesce(id::text = form ->> 'category', false))
		ORDER BY label) FROM category),
	'licences', (SELECT jsonb_agg(jsonb_build_object(
		'id', id, 'label', label,
		'isSelected', coalesce(id::text = form ->> 'licence', false))
		ORDER BY id) FROM licence),
	'languages', (SELECT jsonb_agg(jsonb_build_object(
		'id', id, 'label', label,
		'isSelected', coalesce(id = form ->> 'language', false))
		ORDER BY label) FROM language),
	'privacies', (SELECT jsonb_agg(jsonb_build_object(
		'id', id, 'label', label,
		'isSelected', coalesce(id::text = form ->> 'privacy', false),
		'isPublic', id = 1, 'isUnlisted', id = 2, 'isPrivate', id = 3,
		'isInternal', id = 4, 'isPassword', id = 5)
		ORDER BY id) FROM privacy),
	'commentsPolicies', (SELECT jsonb_agg(jsonb_build_object(
		'id', id,
		'isSelected', coalesce(id::text = form ->> 'commentsPolicy',
			false),
		'isEnabled', id = 1, 'isDisabled', id = 2, 'isApproved', id = 3)
		ORDER BY id) FROM generate_series(1, 3) id),
	'errors', CASE WHEN errors = '[]' THEN 'false'::jsonb
		ELSE jsonb_build_object('list', errors) END,
	'wrong', (SELECT jsonb_object_agg(field, coalesce((
		SELECT e -> 'message' FROM jsonb_array_elements(errors) e
		WHERE e ->> 'field' = field LIMIT 1), 'false'))
		FROM unnest(ARRAY['videofile', 'thumbnailfile', 'name',
			'description', 'support', 'tags', 'category', 'licence',
			'language', 'channelId', 'privacy', 'videoPasswords',
			'nsfwSummary', 'commentsPolicy',
			'originallyPublishedAt']) field))
$$;

-- How much a user may still upload, for the page: numbers in bytes.
CREATE FUNCTION quota_page(who bigint) RETURNS jsonb STABLE LANGUAGE sql AS $$
	SELECT jsonb_build_object(
		'maxSize', setting('upload.max_size')::bigint,
		'used', used,
		'total', CASE WHEN u.video_quota < 0 THEN 'false'::jsonb
			ELSE to_jsonb(u.video_quota) END,
		'usedDaily', used_daily,
		'daily', CASE WHEN u.video_quota_daily < 0 THEN 'false'::jsonb
			ELSE to_jsonb(u.video_quota_daily) END)
	FROM app_user u, LATERAL (SELECT
		user_quota_used(who, '-infinity') AS used,
		user_quota_used(who, now() - interval '1 day') AS used_daily) q
	WHERE u.id = who
$$;

-- How the work on a video goes, for its maker; no row where there is none. What
-- is being stopped is none any more.
CREATE FUNCTION maker_work(video_id bigint) RETURNS jsonb
STABLE LANGUAGE sql AS $$
	SELECT jsonb_build_object(
		'isRunning', j.state = 1,
		'progress', j.progress,
		'left', CASE WHEN j.state = 1 AND j.progress BETWEEN 5 AND 95 THEN
			jsonb_build_object('seconds', ceil(extract(epoch FROM
				now() - j.deadline + interval '7 days')
				* (100 - j.progress) / j.progress))
			ELSE 'false' END,
		'try', CASE WHEN j.state = 1 AND j.attempt > 1 THEN
			jsonb_build_object('number', j.attempt,
				'most', j.max_attempt)
			ELSE 'false' END,
		'isPaused', j.state = 0 AND setting('jobs.paused') = 'true',
		'waitsBehind', CASE WHEN j.state = 0 THEN (SELECT
			coalesce(to_jsonb(nullif(count(*), 0)), 'false')
			FROM job o WHERE o.queue = 1 AND o.state IN (0, 1)
				AND (o.state = 1 OR (o.priority, o.turn, o.seq)
					< (j.priority, j.turn, j.seq)))
			ELSE 'false' END,
		'again', CASE WHEN j.state = 2 THEN jsonb_build_object('seconds',
			greatest(0, ceil(extract(epoch FROM j.run_at - now()))))
			ELSE 'false' END,
		'needsRoom', j.state = 2 AND j.payload ? 'room',
		'failure', coalesce(to_jsonb(j.error), 'false'),
		'details', coalesce(to_jsonb(j.details), 'false'))
	FROM job j
	WHERE j.payload ? 'videoId' AND j.queue = 1 AND j.state <> 4
		AND NOT j.cancel
		AND j.payload ->> 'videoId' = maker_work.video_id::text
	ORDER BY j.state = 1 DESC, j.id DESC LIMIT 1
$$;

-- A video as its maker is shown it: state and progress besides the rest.
CREATE FUNCTION maker_video(v video) RETURNS jsonb STABLE LANGUAGE sql AS $$
	SELECT jsonb_build_object(
		'id', (v).id,
		'uuid', (v).uuid,
		'shortUUID', (v).short_uuid,
		'name', (v).name,
		'thumbnailPath', coalesce((SELECT to_jsonb(
			'/lazy-static/thumbnails/' || t.filename)
			FROM thumbnail t
			WHERE t.video_id = (v).id AND t.kind = 'thumbnail'),
			'false'),
		'channel', (SELECT jsonb_build_object('name', a.name,
			'displayName', c.display_name)
			FROM channel c JOIN actor a ON a.id = c.actor_id
			WHERE c.id = (v).channel_id),
		'privacy', (SELECT label FROM privacy WHERE id = (v).privacy),
		'isPublished', (v).state = 1,
		'isFailed', (v).state = 7 AND work IS NULL,
		'isWorking', (v).state NOT IN (1, 7) OR work IS NOT NULL,
		'work', coalesce(work, '{}'),
		'error', coalesce(to_jsonb((v).error), 'false'),
		'details', CASE WHEN work IS NULL AND (v).error IS NOT NULL THEN
			(SELECT to_jsonb(j.details) FROM job j
			WHERE j.payload ? 'videoId' AND j.queue = 1
				AND j.payload ->> 'videoId' = (v).id::text
			ORDER BY j.id DESC LIMIT 1) ELSE 'false' END,
		'duration', (v).duration,
		'size', coalesce((SELECT sum(f.size) FROM video_file f
			WHERE f.video_id = (v).id), 0) +
			coalesce((SELECT s.size FROM video_source s
			WHERE s.video_id = (v).id
				AND (s.is_kept OR (v).state <> 1)), 0),
		'filename', coalesce((SELECT s.filename FROM video_source s
			WHERE s.video_id = (v).id), ''),
		'views', (v).views,
		'comments', (v).comments,
		'likes', (v).likes,
		'createdAt', iso((v).created_at),
		'publishedAt', iso((v).published_at))
	FROM maker_work((v).id) work
$$;

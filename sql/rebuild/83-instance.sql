-- SPDX-License-Identifier: AGPL-3.0-or-later
-- The instance as its admins see it: the tree of what may be set by the API,
-- follows of the server, jobs.

-- --- what may be set ---------------------------------------------------------

-- The leaves of PeerTube's tree that are settings here.
CREATE VIEW config_leaf AS
SELECT string_to_array(path, '.') AS path, name, "limit" FROM (VALUES
	('instance.name', 'instance.name', 120),
	('instance.shortDescription', 'instance.short_description', 250),
	('instance.description', 'instance.description', 50000),
	('instance.terms', 'instance.terms', 50000),
	('instance.codeOfConduct', 'instance.code_of_conduct', 50000),
	('instance.creationReason', 'instance.creation_reason', 50000),
	('instance.moderationInformation', 'instance.moderation_information',
		50000),
	('instance.administrator', 'instance.administrator', 50000),
	('instance.maintenanceLifetime', 'instance.maintenance_lifetime', 50000),
	('instance.businessModel', 'instance.business_model', 50000),
	('instance.hardwareInformation', 'instance.hardware_information', 50000),
	('instance.languages', 'instance.languages', 100),
	('instance.categories', 'instance.categories', 100),
	('instance.isNSFW', 'instance.is_nsfw', 0),
	('instance.defaultNSFWPolicy', 'instance.nsfw_policy', 0),
	('instance.serverCountry', 'instance.server_country', 120),
	('instance.support.text', 'instance.support', 50000),
	('instance.social.externalLink', 'instance.external_link', 2000),
	('instance.social.mastodonLink', 'instance.mastodon_link', 2000),
	('instance.social.blueskyLink', 'instance.bluesky_link', 2000),
	('instance.social.xLink', 'instance.x_link', 2000),
	('instance.defaultLanguage', 'instance.language', 20),
	('signup.enabled', 'signup.enabled', 0),
	('signup.limit', 'signup.limit', 18),
	('signup.requiresApproval', 'signup.requires_approval', 0),
	('signup.requiresEmailVerification',
		'signup.requires_email_verification', 0),
	('signup.minimumAge', 'signup.minimum_age', 9),
	('admin.email', 'admin.email', 400),
	('contactForm.enabled', 'contact_form.enabled', 0),
	('user.videoQuota', 'user.video_quota', 18),
	('user.videoQuotaDaily', 'user.video_quota_daily', 18),
	('videoChannels.maxPerUser', 'user.channels_max', 9),
	('transcoding.originalFile.keep', 'transcoding.keep_original', 0),
	('followers.instance.enabled', 'followers.enabled', 0),
	('followers.instance.manualApproval', 'followers.manual_approval', 0),
	('followers.channels.enabled', 'followers.channels_enabled', 0),
	('followings.instance.autoFollowBack.enabled',
		'followings.auto_follow_back', 0),
	('search.remoteUri.users', 'search.remote_uri.users', 0),
	('search.remoteUri.anonymous', 'search.remote_uri.anonymous', 0),
	('autoBlacklist.videos.ofUsers.enabled',
		'auto_blacklist.videos.of_users', 0),
	('broadcastMessage.enabled', 'broadcast.enabled', 0),
	('broadcastMessage.message', 'broadcast.message', 5000),
	('broadcastMessage.level', 'broadcast.level', 0),
	('broadcastMessage.dismissable', 'broadcast.dismissable', 0)
) leaf (path, name, "limit");

-- The rest of the tree: what is not to be changed, or not there yet.
CREATE FUNCTION config_constant() RETURNS jsonb IMMUTABLE LANGUAGE sql AS $$
	SELECT '{
	"instance": {"support": {}, "social": {}, "defaultClientRoute": "/",
		"customizations": {"javascript": "", "css": ""}},
	"theme": {"default": "default", "customization": {}},
	"client": {"header": {"hideInstanceName": false},
		"videos": {"miniature": {"preferAuthorDisplayName": false}},
		"browseVideos": {"defaultSort": "-publishedAt",
			"defaultScope": "local"},
		"menu": {"login": {"redirectOnSingleExternalAuth": false}}},
	"cache": {"previews": {"size": 0}, "captions": {"size": 0},
		"torrents": {"size": 0}, "storyboards": {"size": 0}},
	"signup": {}, "admin": {}, "contactForm": {},
	"user": {"history": {"videos": {"enabled": true}},
		"defaultChannelName": "Default $1 channel"},
	"videoChannels": {}, "followers": {"instance": {}, "channels": {}},
	"broadcastMessage": {},
	"transcoding": {"enabled": true, "allowAdditionalExtensions": true,
		"allowAudioFiles": true, "remoteRunners": {"enabled": false},
		"threads": 0, "concurrency": 1, "profile": "default",
		"alwaysTranscodeOriginalResolution": false,
		"webVideos": {"enabled": true},
		"hls": {"enabled": true, "splitAudioAndVideo": false},
		"fps": {"max": 60}, "originalFile": {}},
	"live": {"enabled": false, "allowReplay": false,
		"latencySetting": {"enabled": false}, "maxDuration": -1,
		"maxInstanceLives": 0, "maxUserLives": 0,
		"transcoding": {"enabled": false}},
	"videoStudio": {"enabled": false, "remoteRunners": {"enabled": false}},
	"videoTranscription": {"enabled": false,
		"remoteRunners": {"enabled": false}},
	"videoFile": {"update": {"enabled": true}},
	"import": {"videos": {"concurrency": 1, "http": {"enabled": false},
			"torrent": {"enabled": false}},
		"videoChannelSynchronization": {"enabled": false,
			"maxPerUser": 0},
		"users": {"enabled": false}},
	"export": {"users": {"enabled": false, "maxUserVideoQuota": 0,
		"exportExpiration": 0}},
	"trending": {"videos": {"algorithms": {"enabled": ["best", "hot",
		"most-viewed", "most-liked"], "default": "best"}}},
	"autoBlacklist": {"videos": {"ofUsers": {}}},
	"followings": {"instance": {"autoFollowBack": {},
		"autoFollowIndex": {"enabled": false, "indexUrl": ""}}},
	"search": {"remoteUri": {},
		"searchIndex": {"enabled": false, "url": "",
			"disableLocalSearch": false, "isDefaultSearch": false}},
	"storyboards": {"enabled": false, "remoteRunners": {"enabled": false}}
	}'::jsonb
$$;

CREATE FUNCTION setting_json(s setting) RETURNS jsonb STABLE LANGUAGE sql AS $$
	SELECT CASE WHEN (s).kind IN ('number', 'flag', 'list')
		THEN (s).value::jsonb ELSE to_jsonb((s).value) END
$$;

CREATE FUNCTION config_custom() RETURNS jsonb STABLE LANGUAGE plpgsql AS $$
DECLARE
	tree jsonb := config_constant();
	leaf record;
BEGIN
	FOR leaf IN SELECT l.path, setting_json(s) AS value
		FROM config_leaf l JOIN setting s ON s.name = l.name
	LOOP
		tree := jsonb_set(tree, leaf.path, leaf.value);
	END LOOP;
	RETURN tree;
END $$;

-- What is wrong with a leaf's new value, or NULL. `most`: characters of a text,
-- values of a list, digits of a number.
CREATE FUNCTION config_wrong(kind text, most int, value jsonb) RETURNS text
IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
	type constant text := jsonb_typeof(value);
	said constant text := value #>> '{}';
BEGIN
	CASE kind
	WHEN 'flag' THEN
		RETURN CASE WHEN type <> 'boolean'
			THEN 'should be true or false' END;
	WHEN 'number' THEN
		RETURN CASE WHEN type <> 'number'
				OR said !~ ('^(-1|[0-9]{1,' || most || '})$')
			THEN 'should be a whole number from -1 on' END;
	WHEN 'list' THEN
		RETURN CASE WHEN type <> 'array'
				OR jsonb_array_length(value) > most
				OR jsonb_path_exists(value, 'strict $[*] ? (
					@.type() != "string" &&
					@.type() != "number")')
			THEN 'should be a list of at most ' || most ||
				' values' END;
	WHEN 'nsfw' THEN
		RETURN CASE WHEN type <> 'string' OR said NOT IN ('do_not_list',
				'warn', 'blur', 'display')
			THEN 'should be do_not_list, warn, blur or display' END;
	WHEN 'level' THEN
		RETURN CASE WHEN type <> 'string'
				OR said NOT IN ('info', 'warning', 'error')
			THEN 'should be info, warning or error' END;
	ELSE
		RETURN CASE WHEN type <> 'string' OR char_length(said) > most
			THEN 'should be a text of at most ' || most ||
				' characters' END;
	END CASE;
END $$;

-- Programs change settings by these two alone, for an admin.
CREATE FUNCTION config_admin(viewer bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM app_user WHERE id = viewer AND role = 0
			AND NOT is_blocked) THEN
		PERFORM refuse('403', 'You may not do this.');
	END IF;
END $$;

-- All of it or nothing. A leaf that is absent stays as it is, and what is no
-- setting here is passed over, so that one may send back what one was told.
CREATE FUNCTION config_change(viewer bigint, tree jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	leaf record;
BEGIN
	PERFORM config_admin(viewer);
	FOR leaf IN SELECT l.name, array_to_string(l.path, '.') AS path,
			n.value, config_wrong(s.kind, l."limit", n.value) AS wrong
		FROM config_leaf l JOIN setting s ON s.name = l.name
		CROSS JOIN LATERAL (SELECT tree #> l.path AS value) n
		WHERE n.value IS NOT NULL
	LOOP
		IF leaf.wrong IS NOT NULL THEN
			PERFORM refuse_field(leaf.path, leaf.path || ' ' ||
				leaf.wrong);
		END IF;
		UPDATE setting SET value = leaf.value #>> '{}'
		WHERE name = leaf.name;
	END LOOP;
	IF setting('instance.name') = '' THEN
		PERFORM refuse_field('instance.name',
			'instance.name should not be empty');
	END IF;
	RETURN config_custom();
END $$;

CREATE FUNCTION config_reset(viewer bigint) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	PERFORM config_admin(viewer);
	UPDATE setting s SET value = s.initial FROM config_leaf l
	WHERE l.name = s.name AND s.initial IS NOT NULL
		AND s.value <> s.initial;
	RETURN config_custom();
END $$;

CREATE FUNCTION homepage_change(viewer bigint, content text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	PERFORM config_admin(viewer);
	UPDATE setting SET value = coalesce(content, '')
	WHERE name = 'instance.homepage';
	RETURN FOUND;
END $$;

CREATE FUNCTION jobs_pause(viewer bigint, stop boolean) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	PERFORM config_admin(viewer);
	UPDATE setting SET value = stop::text WHERE name = 'jobs.paused';
	RETURN FOUND;
END $$;

-- --- numbers -----------------------------------------------------------------

-- Reads whole tables: kept for ten minutes by nginx (sql/api/stats.sql).
CREATE FUNCTION instance_stats() RETURNS json STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT row_to_json(d) FROM
	(SELECT count(*) AS nr, count(*) FILTER (WHERE role = 1) AS moderators,
		count(*) FILTER (WHERE role = 0) AS admins,
		count(*) FILTER (WHERE last_login_at > now() -
			interval '1 day') AS day,
		count(*) FILTER (WHERE last_login_at > now() -
			interval '7 days') AS week,
		count(*) FILTER (WHERE last_login_at > now() -
			interval '30 days') AS month
		FROM app_user) u
	CROSS JOIN (SELECT count(*) AS everywhere,
		coalesce(sum(comments), 0) AS said,
		count(*) FILTER (WHERE host_id IS NULL) AS nr,
		coalesce(sum(views) FILTER (WHERE host_id IS NULL), 0) AS views,
		coalesce(sum(comments) FILTER (WHERE host_id IS NULL), 0)
			AS comments
		FROM video v WHERE video_is_listed(v)) v
	CROSS JOIN (SELECT count(DISTINCT channel_id) FILTER (WHERE created_at >
			now() - interval '1 day') AS day,
		count(DISTINCT channel_id) FILTER (WHERE created_at >
			now() - interval '7 days') AS week,
		count(DISTINCT channel_id) AS month
		FROM video WHERE created_at > now() - interval '30 days'
			AND host_id IS NULL) c
	CROSS JOIN (SELECT count(*) FILTER (WHERE state <> 1) AS processed,
		count(*) AS nr,
		coalesce(avg(extract(epoch FROM updated_at - created_at))
			FILTER (WHERE state <> 1) * 1000, 0)::bigint AS ms
		FROM registration) r
	CROSS JOIN (SELECT count(*) FILTER (WHERE state <> 1) AS processed,
		count(*) AS nr,
		coalesce(avg(extract(epoch FROM processed_at - created_at))
			FILTER (WHERE state <> 1) * 1000, 0)::bigint AS ms
		FROM abuse) a
	CROSS JOIN LATERAL (SELECT
		u.nr AS "totalUsers",
		u.moderators AS "totalModerators",
		u.admins AS "totalAdmins",
		u.day AS "totalDailyActiveUsers",
		u.week AS "totalWeeklyActiveUsers",
		u.month AS "totalMonthlyActiveUsers",
		v.nr AS "totalLocalVideos",
		v.views AS "totalLocalVideoViews",
		0 AS "totalLocalVideoDownloads",
		v.comments AS "totalLocalVideoComments",
		(SELECT coalesce(sum(size), 0) FROM video_file
			WHERE url IS NULL)
			AS "totalLocalVideoFilesSize",
		v.everywhere AS "totalVideos",
		v.said AS "totalVideoComments",
		(SELECT count(*) FROM actor WHERE kind = 'Group'
			AND host_id IS NULL) AS "totalLocalVideoChannels",
		c.day AS "totalLocalDailyActiveVideoChannels",
		c.week AS "totalLocalWeeklyActiveVideoChannels",
		c.month AS "totalLocalMonthlyActiveVideoChannels",
		(SELECT count(*) FROM playlist WHERE privacy = 1
			AND host_id IS NULL)
			AS "totalLocalPlaylists",
		(SELECT count(*) FROM follow WHERE target_id = instance_actor()
			AND state = 'accepted') AS "totalInstanceFollowers",
		(SELECT count(*) FROM follow WHERE follower_id = instance_actor()
			AND state = 'accepted') AS "totalInstanceFollowing",
		redundancy_stats() AS "videosRedundancy",
		0 AS "totalActivityPubMessagesProcessed",
		0 AS "totalActivityPubMessagesSuccesses",
		0 AS "totalActivityPubMessagesErrors",
		0 AS "activityPubMessagesProcessedPerSecond",
		0 AS "totalActivityPubMessagesWaiting",
		r.ms AS "averageRegistrationRequestResponseTimeMs",
		r.nr AS "totalRegistrationRequests",
		r.processed AS "totalRegistrationRequestsProcessed",
		a.ms AS "averageAbuseResponseTimeMs",
		a.nr AS "totalAbuses",
		a.processed AS "totalAbusesProcessed") d);
END $$;

-- --- follows of the server --------------------------------------------------

CREATE FUNCTION actor_document(wanted bigint) RETURNS json
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT row_to_json(d) FROM actor a
		CROSS JOIN LATERAL (SELECT a.id,
			coalesce(a.url, origin() || CASE a.kind WHEN 'Group'
				THEN '/video-channels/' ELSE '/accounts/' END ||
				a.name) AS url,
			username(a.name) AS name,
			handle_host(a.name) AS host,
			a.following AS "followingCount",
			a.followers AS "followersCount",
			iso(a.created_at) AS "createdAt",
			iso(a.updated_at) AS "updatedAt",
			coalesce((SELECT h.redundancy_allowed FROM host h
				WHERE h.id = a.host_id), false)
				AS "hostRedundancyAllowed",
			ARRAY(SELECT i.document FROM actor_image_document i
				WHERE i.actor_id = a.id AND i.kind = 'avatar'
				ORDER BY i.width) AS avatars) d
		WHERE a.id = wanted);
END $$;

CREATE FUNCTION follow_items(ids bigint[]) RETURNS json
STABLE LANGUAGE plpgsql AS $$
BEGIN
	-- each actor once
	RETURN (WITH found AS MATERIALIZED (
		SELECT f.*, k.nr FROM unnest(ids) WITH ORDINALITY k (id, nr)
		JOIN follow f ON f.id = k.id
	), known AS MATERIALIZED (
		SELECT a.id, actor_document(a.id) AS document
		FROM (SELECT follower_id FROM found
			UNION SELECT target_id FROM found) a (id)
	)
	SELECT json_agg(row_to_json(d) ORDER BY f.nr)
		FROM found f
		JOIN known r ON r.id = f.follower_id
		JOIN known g ON g.id = f.target_id
		CROSS JOIN LATERAL (SELECT f.id,
			r.document AS follower,
			g.document AS following,
			1000 AS score,
			f.state,
			iso(f.created_at) AS "createdAt",
			iso(f.updated_at) AS "updatedAt",
			crawl_document(f.target_id) AS backfill) d);
END $$;

-- Who follows the server, or (`outward`) whom it follows.
CREATE FUNCTION server_follows(outward boolean, first int, most int, sort text,
	wanted text, actor_kind text, words text) RETURNS json
STABLE LANGUAGE plpgsql AS $$
DECLARE
	us constant bigint := instance_actor();
	ids bigint[];
	total bigint;
BEGIN
	SELECT array_agg(n.id ORDER BY n.nr) FILTER (WHERE n.nr > first
			AND n.nr <= first + most), count(*) INTO ids, total
	FROM (SELECT f.id, row_number() OVER (ORDER BY
			CASE WHEN sort = 'createdAt' THEN f.created_at END,
			CASE WHEN sort = 'state' THEN f.state END,
			CASE WHEN sort = '-state' THEN f.state END DESC,
			CASE WHEN sort = 'redundancyAllowed'
				THEN h.redundancy_allowed END,
			CASE WHEN sort = '-redundancyAllowed'
				THEN h.redundancy_allowed END DESC NULLS LAST,
			f.created_at DESC) AS nr
		FROM follow f
		JOIN actor a ON a.id = CASE WHEN outward THEN f.target_id
			ELSE f.follower_id END
		LEFT JOIN host h ON h.id = a.host_id
		WHERE us = CASE WHEN outward THEN f.follower_id
				ELSE f.target_id END
			AND (wanted IS NULL OR f.state = wanted)
			AND (actor_kind IS NULL OR a.kind = actor_kind)
			AND (words IS NULL OR strpos(a.name, lower(words)) > 0)
		LIMIT 10000) n;
	RETURN listed(total, follow_items(ids));
END $$;

-- The follow between the server and what a handle or, for a server, a host
-- names; 404 without one.
CREATE FUNCTION server_follow_named(outward boolean, named text)
RETURNS bigint STABLE LANGUAGE plpgsql AS $$
DECLARE
	us constant bigint := instance_actor();
	found bigint := (SELECT f.id FROM follow f
		JOIN actor a ON a.id = CASE WHEN outward THEN f.target_id
			ELSE f.follower_id END
		WHERE us = CASE WHEN outward THEN f.follower_id
				ELSE f.target_id END
			AND (a.name = handle(named) OR a.kind = 'Application'
				AND a.host_id = host_named(named)));
BEGIN
	IF found IS NULL THEN
		PERFORM refuse('404', CASE WHEN outward
			THEN 'Following not found' ELSE 'Follower not found' END);
	END IF;
	RETURN found;
END $$;

-- --- jobs --------------------------------------------------------------------

-- What PeerTube calls the kinds of lib/job.h; ours where it has none.
CREATE VIEW job_type AS
SELECT * FROM (VALUES (1, 'video-transcoding'), (2, 'image'), (3, 'publish'),
	(4, 'remove'), (5, 'manage-video-torrent'), (6, 'sweep'), (10, 'email'),
	(14, 'notify'), (15, 'activitypub-refresher'), (16, 'diaspora'),
	(17, 'video-views-stats'), (18, 'sharing'), (19, 'video-redundancy'))
	kinds (queue, name);

CREATE FUNCTION job_type(wanted smallint) RETURNS text STABLE LANGUAGE sql AS $$
	SELECT coalesce((SELECT name FROM job_type WHERE queue = wanted),
		'kind-' || wanted)
$$;

CREATE FUNCTION job_state_name(j job, paused boolean) RETURNS text
STABLE LANGUAGE sql AS $$
	SELECT CASE (j).state WHEN 0 THEN CASE WHEN paused THEN 'paused'
			WHEN (j).priority < 5 THEN 'prioritized'
			ELSE 'waiting' END
		WHEN 1 THEN 'active' WHEN 2 THEN 'delayed'
		WHEN 3 THEN 'waiting-children' ELSE 'failed' END
$$;

-- Those that are not done, and those of the log, each in its own order.
CREATE FUNCTION job_list(first int, most int, sort text, wanted text, type text)
RETURNS json STABLE LANGUAGE plpgsql AS $$
DECLARE
	paused constant boolean := setting('jobs.paused') = 'true';
	kind constant smallint := (SELECT queue FROM job_type WHERE name = type);
	items json;
	total bigint;
BEGIN
	IF type IS NOT NULL AND kind IS NULL THEN
		RETURN listed(0, NULL);
	END IF;
	WITH found AS MATERIALIZED (
		(SELECT j.id, j.queue, job_state_name(j, paused) AS state,
			j.payload, j.priority, j.progress,
			j.error || coalesce(E'\n' || j.details, '') AS error,
			j.created_at,
			NULL::timestamptz AS done_at
		FROM job j
		WHERE coalesce(wanted, '') <> 'completed'
			AND (wanted IS NULL
				OR job_state_name(j, paused) = wanted)
			AND (kind IS NULL OR j.queue = kind)
		ORDER BY j.id DESC LIMIT 10000)
		UNION ALL
		(SELECT l.job_id, l.queue, 'completed', l.payload, 5, 100, NULL,
			l.created_at, l.done_at
		FROM job_log l
		WHERE coalesce(wanted, 'completed') = 'completed'
			AND (kind IS NULL OR l.queue = kind)
		ORDER BY l.done_at DESC, l.job_id DESC LIMIT 10000)
	), page AS (
		SELECT f.*, row_number() OVER (ORDER BY
			CASE WHEN sort = 'createdAt' THEN f.created_at END,
			f.created_at DESC, f.id DESC) AS nr
		FROM found f ORDER BY nr LIMIT most OFFSET first
	)
	SELECT json_agg(json_build_object('id', p.id::text, 'state', p.state,
		'type', job_type(p.queue::smallint), 'data', p.payload,
		'priority', p.priority, 'progress', p.progress,
		'error', p.error, 'createdAt', iso(p.created_at),
		'processedOn', NULL, 'finishedOn', iso(p.done_at),
		'canCancel', p.state NOT IN ('completed', 'failed'))
		ORDER BY p.nr), (SELECT count(*) FROM found)
	INTO items, total FROM page p;
	RETURN listed(total, items);
END $$;

CREATE FUNCTION job_stop(type text, named bigint) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
	state int := (SELECT j.state FROM job j WHERE j.id = named
		AND job_type(j.queue) = type);
BEGIN
	IF state = 4 OR (state IS NULL AND EXISTS (SELECT FROM job_log l
			WHERE l.job_id = named AND job_type(l.queue) = type))
	THEN
		PERFORM refuse('409', 'This job has ended already.');
	ELSIF state IS NULL THEN
		PERFORM refuse('404', 'Job not found');
	END IF;
	PERFORM job_stopped_write(named);
	RETURN job_cancel_write(named);
END $$;

GRANT SELECT ON config_leaf, job_type, job_log TO cardume_api;
GRANT DELETE ON follow TO cardume_api;
REVOKE EXECUTE ON FUNCTION config_change(bigint, jsonb),
	config_reset(bigint), homepage_change(bigint, text),
	jobs_pause(bigint, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION config_change(bigint, jsonb),
	config_reset(bigint), homepage_change(bigint, text),
	jobs_pause(bigint, boolean) TO cardume_api;

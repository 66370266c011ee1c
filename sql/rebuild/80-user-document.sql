-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Users as PeerTube's documents tell of them: to themselves, and to those who
-- administrate them.

CREATE FUNCTION role_document(role int) RETURNS json IMMUTABLE LANGUAGE sql
AS $$
	SELECT json_build_object('id', role, 'label', CASE role
		WHEN 0 THEN 'Administrator' WHEN 1 THEN 'Moderator'
		ELSE 'User' END)
$$;

CREATE VIEW user_members AS
SELECT u.id,
	a.name AS username,
	u.email,
	u.pending_email AS "pendingEmail",
	u.is_email_verified AS "emailVerified",
	u.is_email_public AS "emailPublic",
	u.nsfw_policy AS "nsfwPolicy",
	u.nsfw_flags_displayed AS "nsfwFlagsDisplayed",
	u.nsfw_flags_hidden AS "nsfwFlagsHidden",
	u.nsfw_flags_warned AS "nsfwFlagsWarned",
	u.nsfw_flags_blurred AS "nsfwFlagsBlurred",
	u.admin_flags AS "adminFlags",
	u.auto_play_video AS "autoPlayVideo",
	u.auto_play_next_video AS "autoPlayNextVideo",
	u.auto_play_next_video_playlist AS "autoPlayNextVideoPlaylist",
	p2p_is_on(u.p2p_enabled) AS "p2pEnabled",
	u.videos_history_enabled AS "videosHistoryEnabled",
	u.video_languages AS "videoLanguages",
	u.language,
	role_document(u.role) AS role,
	u.video_quota AS "videoQuota",
	u.video_quota_daily AS "videoQuotaDaily",
	u.theme,
	a.document AS account,
	u.is_blocked AS blocked,
	u.blocked_reason AS "blockedReason",
	u.no_instance_config_warning_modal AS "noInstanceConfigWarningModal",
	u.no_welcome_modal AS "noWelcomeModal",
	u.no_account_setup_warning_modal AS "noAccountSetupWarningModal",
	iso(u.created_at) AS "createdAt",
	NULL::text AS "pluginAuth",
	iso(u.last_login_at) AS "lastLoginDate",
	EXISTS (SELECT FROM two_factor f WHERE f.user_id = u.id)
		AS "twoFactorEnabled",
	u.new_features_read AS "newFeaturesInfoRead"
FROM app_user u
JOIN account c ON c.user_id = u.id
JOIN account_document a ON a.id = c.id;

CREATE FUNCTION user_channels(wanted bigint) RETURNS json[]
STABLE LANGUAGE sql AS $$
	SELECT ARRAY(SELECT h.document FROM channel_document h
		WHERE h.account_id = account_of(wanted) ORDER BY h.id)
$$;

-- The channels that a user works on, with their owners.
CREATE FUNCTION user_collaborations(who bigint) RETURNS json[]
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN ARRAY(SELECT d.document FROM channel_collaborator k
		JOIN channel_document d ON d.id = k.channel_id
		WHERE k.account_id = account_of(who) AND k.state = 2
		ORDER BY k.id);
END $$;

-- The signed-in user.
CREATE FUNCTION user_document(wanted bigint) RETURNS json
STABLE LANGUAGE sql AS $$
	SELECT row_to_json(d)
	FROM user_members m
	CROSS JOIN LATERAL (SELECT m.*,
		user_channels(m.id) AS "videoChannels",
		user_collaborations(m.id) AS "videoChannelCollaborations",
		ARRAY(SELECT json_build_object('id', p.id, 'name', p.name,
			'type', p.kind) FROM playlist p
			WHERE p.account_id = account_of(m.id) AND p.kind = 2)
			AS "specialPlaylists",
		notification_settings(m.id) AS "notificationSettings") d
	WHERE m.id = wanted
$$;

-- A user as moderators see them in a list: a view, so that a page of them is
-- planned once.
CREATE VIEW user_item AS
SELECT m.id, row_to_json(d) AS document
FROM user_members m
CROSS JOIN LATERAL (SELECT coalesce(sum(f.size), 0)::bigint AS used,
		coalesce(sum(f.size) FILTER (WHERE v.created_at >=
			now() - interval '1 day'), 0)::bigint AS daily
	FROM account a
	JOIN channel c ON c.account_id = a.id
	JOIN video v ON v.channel_id = c.id
	CROSS JOIN LATERAL (SELECT size FROM video_file
			WHERE video_id = v.id
		UNION ALL SELECT s.size FROM video_source s
			WHERE s.video_id = v.id
				AND (s.is_kept OR v.state <> 1)) f
	WHERE a.user_id = m.id) q
CROSS JOIN LATERAL (SELECT m.*, q.used AS "videoQuotaUsed",
	q.daily AS "videoQuotaUsedDaily") d;

-- One of them; withStats tells what the user has done as well.
CREATE FUNCTION user_details(wanted bigint, with_stats boolean) RETURNS json
STABLE LANGUAGE plpgsql AS $$
DECLARE
	document jsonb;
BEGIN
	PERFORM check_user(wanted);
	document := (SELECT i.document FROM user_item i
		WHERE i.id = wanted)::jsonb ||
		jsonb_build_object('videoChannels', user_channels(wanted));
	IF with_stats THEN
		document := document || user_stats(wanted);
	END IF;
	RETURN document;
END $$;

CREATE FUNCTION user_stats(wanted bigint) RETURNS jsonb
STABLE LANGUAGE sql AS $$
	SELECT jsonb_build_object(
		'videosCount', (SELECT count(*) FROM channel c
			JOIN video v ON v.channel_id = c.id
			WHERE c.account_id = account_of(wanted)),
		'abusesCount', (SELECT count(*) FROM abuse
			WHERE flagged_id = account_of(wanted)),
		'abusesAcceptedCount', (SELECT count(*) FROM abuse
			WHERE flagged_id = account_of(wanted) AND state = 3),
		'abusesCreatedCount', (SELECT count(*) FROM abuse
			WHERE reporter_id = account_of(wanted)),
		'videoCommentsCount', (SELECT count(*) FROM comment
			WHERE account_id = account_of(wanted)),
		'totalVideoFileSize', user_quota_used(wanted, '-infinity'))
$$;

GRANT SELECT ON user_members, user_item TO cardume_api;
GRANT SELECT (flagged_id, reporter_id, state) ON abuse TO cardume_api;

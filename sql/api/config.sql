-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/config
-- answer ServerConfig
-- cache 30
-- What every client reads first. serverVersion is the level of PeerTube's API
-- that is spoken, which clients compare. The constant part says what is off.
SELECT jsonb_set(jsonb_set(jsonb_build_object(
	'serverVersion', '8.2.1',
	'instance', jsonb_build_object(
		'name', setting('instance.name'),
		'shortDescription', setting('instance.short_description'),
		'isNSFW', setting('instance.is_nsfw')::boolean,
		'defaultNSFWPolicy', setting('instance.nsfw_policy'),
		'defaultClientRoute', '/',
		'serverCountry', setting('instance.server_country'),
		'support', jsonb_build_object('text',
			setting('instance.support')),
		'social', jsonb_build_object(
			'externalLink', setting('instance.external_link'),
			'mastodonLink', setting('instance.mastodon_link'),
			'blueskyLink', setting('instance.bluesky_link'),
			'xLink', setting('instance.x_link')),
		'customizations', jsonb_build_object('javascript', '',
			'css', ''),
		'defaultLanguage', setting('instance.language'),
		'avatars', instance_images('avatar'),
		'banners', instance_images('banner'),
		'logo', instance_logos()),
	'signup', signup_document(),
	'email', jsonb_build_object('enabled', is_mail_on()),
	'contactForm', jsonb_build_object('enabled', is_contact_on()),
	'autoBlacklist', jsonb_build_object('videos', jsonb_build_object(
		'ofUsers', jsonb_build_object('enabled',
			setting('auto_blacklist.videos.of_users')::boolean))),
	'broadcastMessage', jsonb_build_object(
		'enabled', setting('broadcast.enabled')::boolean,
		'message', setting('broadcast.message'),
		'level', setting('broadcast.level'),
		'dismissable', setting('broadcast.dismissable')::boolean),
	'homepage', jsonb_build_object('enabled',
		setting('instance.homepage') <> ''),
	'search', jsonb_build_object('remoteUri', jsonb_build_object(
		'users', setting('search.remote_uri.users')::boolean,
		'anonymous', setting('search.remote_uri.anonymous')::boolean),
		'searchIndex', '{"enabled": false, "url": "",
			"disableLocalSearch": false,
			"isDefaultSearch": false}'::jsonb),
	'federation', jsonb_build_object('enabled', is_federating()),
	'user', jsonb_build_object(
		'videoQuota', setting('user.video_quota')::bigint,
		'videoQuotaDaily', setting('user.video_quota_daily')::bigint),
	'videoChannels', jsonb_build_object(
		'maxPerUser', setting('user.channels_max')::int),
	'video', jsonb_build_object(
		'image', jsonb_build_object(
			'extensions', '[".png", ".jpg", ".jpeg", ".webp"]'::jsonb,
			'size', jsonb_build_object('max', 8388608)),
		'file', jsonb_build_object('extensions', '[".mp4", ".m4v",
			".mov", ".webm", ".mkv", ".avi", ".flv", ".ogv", ".ogg",
			".ts", ".mpg", ".mpeg", ".wmv", ".mp3", ".m4a", ".flac",
			".wav"]'::jsonb))
) || '{
	"client": {
		"header": {"hideInstanceName": false},
		"videos": {
			"miniature": {"preferAuthorDisplayName": false},
			"resumableUpload": {"maxChunkSize": 0}},
		"browseVideos": {"defaultSort": "-publishedAt",
			"defaultScope": "local"},
		"menu": {"login": {"redirectOnSingleExternalAuth": false}},
		"openInApp": {"android": {"intent": {"enabled": false}},
			"ios": {"enabled": false}},
		"newFeaturesInfo": false},
	"defaults": {
		"publish": {"downloadEnabled": true, "commentsPolicy": 1,
			"privacy": 1, "licence": null},
		"live": {"publish": {}},
		"p2p": {"webapp": {"enabled": false},
			"embed": {"enabled": false}},
		"player": {"theme": "galaxy", "autoPlay": true}},
	"webadmin": {"configuration": {"edition": {"allowed": true}}},
	"plugin": {"registered": [], "registeredExternalAuths": [],
		"registeredIdAndPassAuths": []},
	"theme": {"registered": [], "builtIn": [], "default": "default",
		"customization": {}},
	"transcoding": {
		"hls": {"enabled": true, "splitAudioAndVideo": false},
		"web_videos": {"enabled": true},
		"enabledResolutions": [],
		"profile": "default", "availableProfiles": ["default"],
		"remoteRunners": {"enabled": false}},
	"live": {
		"enabled": false, "allowReplay": false,
		"dvr": {"maxWindow": 0},
		"latencySetting": {"enabled": false},
		"maxDuration": -1, "maxInstanceLives": 0, "maxUserLives": 0,
		"transcoding": {"enabled": false, "enabledResolutions": [],
			"profile": "default", "availableProfiles": ["default"],
			"remoteRunners": {"enabled": false}},
		"rtmp": {"port": 1935}},
	"videoStudio": {"enabled": false,
		"remoteRunners": {"enabled": false}},
	"videoFile": {"update": {"enabled": true}},
	"import": {
		"videos": {"http": {"enabled": false},
			"torrent": {"enabled": false}},
		"videoChannelSynchronization": {"enabled": false},
		"users": {"enabled": false}},
	"export": {"users": {"enabled": false, "exportExpiration": 0,
		"maxUserVideoQuota": 0}},
	"avatar": {"file": {"size": {"max": 8388608},
		"extensions": [".png", ".jpeg", ".jpg", ".gif", ".webp"]}},
	"banner": {"file": {"size": {"max": 8388608},
		"extensions": [".png", ".jpeg", ".jpg", ".webp"]}},
	"logo": {"file": {"size": {"max": 8388608},
		"extensions": [".png", ".jpeg", ".jpg", ".webp"]}},
	"videoCaption": {"file": {"size": {"max": 20971520},
		"extensions": [".vtt", ".srt"]}},
	"trending": {"videos": {"intervalDays": 7, "algorithms": {
		"enabled": ["best", "hot", "most-viewed", "most-liked"],
		"default": "best"}}},
	"tracker": {"enabled": true},
	"followings": {"instance": {"autoFollowIndex": {"indexUrl": ""}}},
	"openTelemetry": {"metrics": {"enabled": false,
		"playbackStatsInterval": 15000}},
	"views": {"videos": {"remote": {"maxAge": -1},
		"watchingInterval": {"anonymous": 5000, "users": 5000}}},
	"storyboards": {"enabled": false},
	"videoTranscription": {"enabled": false,
		"remoteRunners": {"enabled": false}},
	"webrtc": {"stunServers": []},
	"nsfwFlagsSettings": {"enabled": false},
	"fieldsConstraints": {"users": {"password": {"minLength": 8,
		"maxLength": 256}}}
}'::jsonb, '{defaults,p2p}', (SELECT jsonb_build_object('webapp', e, 'embed', e)
	FROM jsonb_build_object('enabled', p2p_is_on(NULL)) e)),
	'{webrtc,stunServers}', setting('peers.stun')::jsonb)

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param id video required
-- param viewer viewer
-- param token text 0..64
-- param tokenHash text 0..66
-- param height int 0..10000
-- param choice text 0..3
-- All of the watch and embed pages. `token` is a video token (video_token.h),
-- got for one of the video's passwords: it opens the video and goes with its
-- files' URLs. `choice`: p2p_offer(). `height` is the rendition that is wanted first. No row: hidden.
-- With `needsPassword`, `video` is null.
WITH muted AS MATERIALIZED (SELECT * FROM muted($2::bigint))
SELECT json_build_object(
	'shortUUID', v.short_uuid,
	'needsPassword', x.access = 'password',
	'mediaOrigins', nullif(concat_ws(' ', CASE WHEN v.host_id IS NOT NULL
		THEN remote_media_origins(v.id) END, m.origins,
		-- its tracker
		CASE WHEN v.host_id IS NOT NULL AND (q.offer ->> 'isOn')::boolean
		THEN substring(q.offer ->> 'tracker' FROM '^wss?://[^/]+') END),
		''),
	'mirrors', CASE WHEN m.places <> '' THEN json_build_object(
		'places', m.places, 'hashes', coalesce(s.segments_sha256_url,
			hls_path(v, s.segments_sha256_filename))) END,
	'embedDomains', CASE v.embed_policy WHEN 2
		THEN array_to_string(v.embed_domains, ' ') END,
	'video', CASE WHEN x.access <> 'password' THEN json_build_object(
		'uuid', v.uuid,
		'shortUUID', v.short_uuid,
		'name', v.name,
		'description', v.description,
		'descriptionIsHtml', v.description_is_html,
		'support', v.support,
		'tags', v.tags,
		'nsfw', v.nsfw,
		'nsfwSummary', v.nsfw_summary,
		'isVeiled', v.nsfw AND nsfw_policy($2) <> 'display',
		'duration', v.duration,
		'place', coalesce((SELECT h.place FROM history h
			WHERE h.user_id = $2 AND h.video_id = v.id), 0),
		'hasChapters', EXISTS (SELECT FROM video_chapter h
			WHERE h.video_id = v.id),
		'chapters', coalesce((SELECT json_agg(json_build_object(
			'timecode', h.timecode, 'title', h.title)
			ORDER BY h.timecode) FROM video_chapter h
			WHERE h.video_id = v.id), '[]'),
		'views', v.views,
		'likes', v.likes,
		'publishedAt', iso(v.published_at),
		'originallyPublishedAt', iso(v.originally_published_at),
		'updatedAt', iso(v.updated_at),
		'category', (SELECT label FROM category WHERE id = v.category_id),
		'categoryId', v.category_id,
		'licence', (SELECT label FROM licence WHERE id = v.licence_id),
		'language', (SELECT label FROM language WHERE id = v.language_id),
		'languageId', v.language_id,
		'privacy', (SELECT label FROM privacy WHERE id = v.privacy),
		'isPublic', v.is_published AND v.privacy = 1,
		'isPreviewed', v.is_published AND v.privacy IN (1, 2),
		'isWatchable', (v.is_published OR v.is_blocked)
			AND (v.state = 1 OR s.id IS NOT NULL),
		'isBlocked', v.is_blocked,
		'blockedReason', CASE WHEN v.is_blocked THEN (SELECT b.reason
			FROM video_blacklist b WHERE b.video_id = v.id) END,
		'isAwaited', v.state = 4,
		'isOver', v.state = 5,
		'isTranscoding', v.state = 2,
		'isFailed', v.state = 7,
		'error', v.error,
		'mayEdit', x.may_edit,
		'url', video_url(v),
		'elsewhere', CASE WHEN v.host_id IS NOT NULL
			THEN json_build_object('host', handle_host(ca.name),
				'page', ap_page(v.document)) END,
		-- captions of another site need it
		'isCrossOrigin', v.host_id IS NOT NULL AND EXISTS (SELECT
			FROM video_caption c WHERE c.video_id = v.id),
		'mayRate', $2::bigint IS NOT NULL AND x.access = 'watch',
		'isLiked', r.rating = 'like',
		'isDisliked', r.rating = 'dislike',
		'dislikes', v.dislikes,
		'hasDownloads', v.download_enabled AND (v.has_web OR v.has_hls),
		'preview', CASE WHEN p.filename IS NOT NULL
			THEN json_build_object(
			'path', '/lazy-static/thumbnails/' || p.filename
				|| x.suffix,
			'width', p.width, 'height', p.height) END,
		'tracks', coalesce((SELECT json_agg(json_build_object(
			'path', coalesce(c.url, '/lazy-static/video-captions/' ||
				c.filename || x.suffix),
			'language', c.language_id, 'label', l.label)
			ORDER BY l.label)
			FROM video_caption c JOIN language l
				ON l.id = c.language_id
			WHERE c.video_id = v.id), '[]'),
		'width', 1280,
		'height', round(1280 / coalesce(v.aspect_ratio, 1.7778)),
		'playlist', coalesce(s.url,
			hls_path(v, s.playlist_filename) || x.suffix),
		'files', coalesce((
			SELECT json_agg(json_build_object(
				'path', coalesce(f.url, file_path(v, f) || x.suffix),
				'type', file_type(f),
				'isMp4', file_type(f) LIKE '%/mp4',
				'resolution', f.resolution,
				'hasVideo', f.has_video,
				'isWeb', f.playlist_id IS NULL,
				-- fragmented files play as well, and many
				-- servers have no others
				'isPlain', f.playlist_id IS NULL OR (f.url
					IS NOT NULL AND f.has_audio
					AND f.has_video),
				'size', f.size,
				'torrentPath', coalesce(f.torrent_url,
					torrent_path(f) || x.suffix),
				'magnetUri', coalesce(f.magnet, magnet(v, f)))
				ORDER BY f.resolution = $5 DESC NULLS LAST,
					f.resolution > 720,
					CASE WHEN f.resolution > 720
						THEN f.resolution
						ELSE -f.resolution END,
					f.playlist_id NULLS FIRST)
			FROM video_file f WHERE f.video_id = v.id), '[]')
	) END,
	'storyboard', CASE WHEN x.access = 'watch' THEN (SELECT concat_ws(' ',
		'/lazy-static/storyboards/' || b.filename, b.sprite_width,
		b.sprite_height, b.sprite_duration, b.total_width,
		b.total_height)
		FROM storyboard b WHERE b.video_id = v.id) END,
	'viewers', coalesce((SELECT n.viewers FROM video_viewers n
		WHERE n.video_id = v.id), 0),
	'p2p', q.offer,
	'channel', json_build_object(
		'name', ca.name,
		'displayName', c.display_name,
		'address', username(ca.name) || '@' || handle_host(ca.name),
		'avatarPath', '/lazy-static/avatars/' || i.filename,
		'isFollowed', is_followed(ca.id, $2::bigint),
		'followersCount', ca.followers),
	'account', json_build_object(
		'name', oa.name, 'displayName', o.display_name),
	'related', CASE WHEN x.access <> 'password' THEN coalesce((
		SELECT json_agg(card) FROM (
			(SELECT r.card FROM video r
			WHERE r.channel_id = v.channel_id
				AND r.id <> v.id AND r.is_published
				AND r.privacy = 1 AND r.nsfw <= v.nsfw
				AND r.channel_id <> ALL ((SELECT channels
					FROM muted)::bigint[])
				AND coalesce(r.host_id, 0) <> ALL ((SELECT hosts
					FROM muted)::bigint[])
			ORDER BY r.published_at DESC, r.id DESC
			LIMIT 3)
			UNION ALL
			(SELECT h.card FROM (
				SELECT r.card, r.tags, r.category_id,
					r.channel_id, r.nsfw, r.hot
				FROM video r
				WHERE r.is_published AND r.privacy = 1
					AND r.channel_id <> ALL ((SELECT channels
						FROM muted)::bigint[])
					AND coalesce(r.host_id, 0) <> ALL ((SELECT
						hosts FROM muted)::bigint[])
				ORDER BY r.hot DESC, r.id DESC
				LIMIT 20) h
			WHERE h.channel_id <> v.channel_id
				AND h.nsfw <= v.nsfw
			ORDER BY (h.tags && v.tags)::int * 2
				+ (h.category_id = v.category_id)::int
				DESC NULLS LAST, h.hot DESC
			LIMIT 5)
		) r), '[]') END)
FROM video v
CROSS JOIN LATERAL (
	SELECT access, CASE WHEN access = 'token'
			THEN '?videoFileToken=' || $3 ELSE '' END AS suffix,
		$2 IS NOT NULL AND video_may_edit(v, $2::bigint) AS may_edit
	FROM (SELECT coalesce((SELECT 'token' FROM video_token k
			WHERE k.secret_hash = $4::bytea
				AND k.video_id = v.id AND k.expires_at > now()),
		video_access(v, $2::bigint, $1 !~ '^[0-9]+$')) AS access
		OFFSET 0) granted
	OFFSET 0) x
JOIN channel c ON c.id = v.channel_id
JOIN actor ca ON ca.id = c.actor_id
JOIN account o ON o.id = c.account_id
JOIN actor oa ON oa.id = o.actor_id
LEFT JOIN actor_image i ON i.actor_id = ca.id AND i.kind = 'avatar'
	AND i.width = 120
LEFT JOIN thumbnail p ON p.video_id = v.id AND p.kind = 'preview'
LEFT JOIN streaming_playlist s ON s.video_id = v.id
CROSS JOIN LATERAL (SELECT p2p_offer(v, $2::bigint, $6) AS offer OFFSET 0) q
LEFT JOIN LATERAL (SELECT string_agg(p, ' ') AS places,
		string_agg(DISTINCT substring(p FROM '^https?://[^/]+'), ' ')
			AS origins
	FROM unnest(video_places(v)) p) m ON x.access = 'watch'
LEFT JOIN rate r ON r.video_id = v.id
	AND r.account_id = account_of($2::bigint)
WHERE (v.id = CASE WHEN $1 ~ '^[0-9]+$' THEN $1::bigint END
		OR v.uuid = CASE WHEN $1 !~ '^[0-9]+$' THEN $1::uuid END)
	AND x.access <> 'hidden'

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What pages, feeds and previews are made of. Home and watch read it at each
-- request, so the planner must be able to fold all of it into their queries:
-- joins and no functions per row that have a query inside.

-- 'do_not_list', 'warn', 'blur' or 'display': what the viewer (NULL: nobody
-- signed in) wants to happen to sensitive videos in lists. (plpgsql keeps its
-- plans; a function in SQL would be planned at each request.)
CREATE FUNCTION nsfw_policy(viewer bigint) RETURNS text
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN coalesce((SELECT u.nsfw_policy FROM app_user u
			WHERE u.id = viewer),
		(SELECT value FROM setting
		 WHERE name = 'instance.nsfw_policy'), 'warn');
END $$;

-- The public videos that pass the filters of /videos/browse and /search; each
-- NULL filter lets all pass. Without those of these channels and servers.
-- Folded into the query that uses it.
CREATE FUNCTION video_filtered(category int, licence int, language text,
	max_nsfw boolean, tags_one_of text[], muted_channels bigint[],
	muted_hosts bigint[], ours boolean DEFAULT NULL)
RETURNS SETOF video
STABLE LANGUAGE sql AS $$
	SELECT v.* FROM video v
	WHERE v.is_published AND v.privacy = 1
		AND (category IS NULL OR v.category_id = category)
		AND (licence IS NULL OR v.licence_id = licence)
		AND (language IS NULL OR v.language_id = language)
		AND (max_nsfw OR NOT v.nsfw)
		AND (tags_one_of IS NULL OR v.tags && tags_one_of)
		AND v.channel_id <> ALL (muted_channels)
		AND coalesce(v.host_id, 0) <> ALL (muted_hosts)
		AND (ours IS NULL OR v.host_id IS NULL)
$$;

-- Public videos with titles like these words, however they are spelt: the best
-- of at most 500. The threshold is the extension's own setting; 0.6 by default
-- misses "montain".
CREATE FUNCTION video_alike(words text) RETURNS SETOF bigint
STABLE LANGUAGE plpgsql AS $$
BEGIN
	IF char_length(words) < 3 THEN
		RETURN;
	END IF;
	PERFORM set_config('pg_trgm.word_similarity_threshold', '0.4', true);
	RETURN QUERY SELECT v.id FROM (SELECT o.id, o.name FROM video o
			WHERE lower(words) <% lower(o.name)
				AND o.is_published AND o.privacy = 1
			LIMIT 500) v
		ORDER BY word_similarity(lower(words), lower(v.name)) DESC
		LIMIT 200;
END $$;

-- Previous, numbers around the present one, next: for templates/part/pager.
-- `total` may be a bound that is less than the truth. false: one page.
CREATE FUNCTION page_pager(start int, count int, total bigint) RETURNS json
IMMUTABLE LANGUAGE sql AS $$
	SELECT CASE WHEN start = 0 AND total <= count THEN to_json(false)
	ELSE json_build_object(
		'previous', CASE WHEN start > 0 THEN json_build_object(
			'start', greatest(0, start - count))
			ELSE to_json(false) END,
		'next', CASE WHEN start + count < total
			THEN json_build_object('start', start + count)
			ELSE to_json(false) END,
		'pages', (
			SELECT json_agg(json_build_object(
				'number', n + 1,
				'start', n * count,
				'isCurrent', n = start / count) ORDER BY n)
			FROM generate_series(
				greatest(0, start / count - 2),
				greatest(start / count, least(
					start / count + 2,
					(total - 1) / count))) n))
	END
$$;

-- The parameters that are set, in order, for links to other pages of a list.
CREATE FUNCTION page_filters(VARIADIC pairs text[]) RETURNS json
IMMUTABLE LANGUAGE sql AS $$
	SELECT coalesce(json_agg(json_build_object('name', pairs[i],
		'value', pairs[i + 1]) ORDER BY i), '[]')
	FROM generate_series(1, cardinality(pairs), 2) i
	WHERE pairs[i + 1] <> ''
$$;

-- {id, label, isSelected} of all there are, for a select element.
CREATE FUNCTION page_choices(kind text, selected text) RETURNS json
STABLE LANGUAGE sql AS $$
	SELECT json_agg(json_build_object('id', l.id, 'label', l.label,
		'isSelected', l.id = coalesce(selected, '')) ORDER BY l.label)
	FROM (
		SELECT 'category' AS kind, id::text, label FROM category
		UNION ALL SELECT 'licence', id::text, label FROM licence
		UNION ALL SELECT 'language', id, label FROM language) l
	WHERE l.kind = page_choices.kind
$$;

-- Text that an XML 1.0 document may hold.
CREATE FUNCTION xml_text(t text) RETURNS text STABLE LANGUAGE sql AS $$
	SELECT regexp_replace(t, '[\x01-\x08\x0B\x0C\x0E-\x1F\uFFFE\uFFFF]',
		'', 'g')
$$;

-- Text inside HTML, where it is itself a value of a document (oEmbed).
CREATE FUNCTION html_text(t text) RETURNS text IMMUTABLE LANGUAGE sql AS $$
	SELECT replace(replace(replace(replace(t, '&', '&amp;'),
		'<', '&lt;'), '>', '&gt;'), '"', '&quot;')
$$;

-- A video of a feed, newest first; text is fit for XML. The files are the web
-- videos (feeds' readers play no HLS), largest below 720p first.
CREATE FUNCTION feed_items(max_items int, channel bigint, account bigint,
	by_views boolean, followed bigint[] DEFAULT NULL,
	viewer bigint DEFAULT NULL) RETURNS json
STABLE LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan AS $$
DECLARE
	hidden constant record := muted(viewer);
BEGIN
	RETURN (SELECT coalesce(json_agg(json_build_object(
		'uuid', v.uuid,
		'shortUUID', v.short_uuid,
		'name', xml_text(v.name),
		'description', xml_text(v.description),
		'descriptionIsHtml', v.description_is_html,
		'publishedAt', iso(v.published_at),
		'updatedAt', iso(v.updated_at),
		'duration', v.duration,
		'views', v.views,
		'nsfw', v.nsfw,
		'category', (SELECT label FROM category
			WHERE id = v.category_id),
		'tags', v.tags,
		'channel', json_build_object('name', a.name,
			'displayName', xml_text(c.display_name)),
		'thumbnailPath', '/lazy-static/thumbnails/' || p.filename,
		'thumbnailWidth', p.width,
		'thumbnailHeight', p.height,
		'files', coalesce((
			SELECT json_agg(json_build_object(
				'url', coalesce(f.url,
					origin() || web_video_path(v, f)),
				'type', file_type(f),
				'torrentUrl', coalesce(f.torrent_url,
					origin() || torrent_path(f)),
				'size', f.size,
				'height', f.resolution,
				'fps', f.fps,
				'isDefault', nr = 1) ORDER BY nr)
			FROM (SELECT f AS file, row_number() OVER (
					ORDER BY f.resolution > 720,
						f.resolution DESC) AS nr
				FROM video_file f WHERE f.video_id = v.id
					AND f.playlist_id IS NULL) n,
				LATERAL (SELECT (n.file).*) f), '[]')
		) ORDER BY w.nr), '[]')
	FROM (
		SELECT l.id, row_number() OVER () AS nr FROM (
			SELECT v.id FROM video v
			WHERE v.is_published AND v.privacy = 1
				AND v.files_are_public
				AND (channel IS NULL OR v.channel_id = channel)
				AND (account IS NULL OR v.channel_id IN (
					SELECT c.id FROM channel c
					WHERE c.account_id = account))
				AND (followed IS NULL
					OR v.channel_id = ANY (followed))
				AND v.channel_id <> ALL (hidden.channels)
				AND coalesce(v.host_id, 0) <> ALL (hidden.hosts)
			ORDER BY CASE WHEN by_views THEN v.views END DESC,
				v.published_at DESC, v.id DESC
			LIMIT max_items) l) w
	JOIN video v ON v.id = w.id
	JOIN channel c ON c.id = v.channel_id
	JOIN actor a ON a.id = c.actor_id
	LEFT JOIN thumbnail p ON p.video_id = v.id AND p.kind = 'preview');
END $$;

-- JSON Feed 1.1 (jsonfeed.org).
CREATE FUNCTION feed_json(title text, description text, path text, items json)
RETURNS json STABLE LANGUAGE sql AS $$
	SELECT json_build_object(
		'version', 'https://jsonfeed.org/version/1.1',
		'title', title,
		'description', description,
		'home_page_url', origin() || path,
		'items', coalesce((SELECT json_agg(json_build_object(
			'id', origin() || '/videos/watch/' || (i ->> 'uuid'),
			'url', origin() || '/w/' || (i ->> 'shortUUID'),
			'title', i -> 'name',
			CASE WHEN (i ->> 'descriptionIsHtml')::boolean
				THEN 'content_html' ELSE 'content_text' END,
			coalesce(i ->> 'description', ''),
			'image', origin() || (i ->> 'thumbnailPath'),
			'date_published', i -> 'publishedAt',
			'date_modified', i -> 'updatedAt',
			'authors', json_build_array(json_build_object(
				'name', i -> 'channel' ->> 'displayName', 'url',
				origin() || '/c/' || (i -> 'channel' ->> 'name'))),
			'tags', i -> 'tags',
			'attachments', (SELECT coalesce(json_agg(json_build_object(
					'url', f -> 'url',
					'mime_type', f -> 'type',
					'size_in_bytes', f -> 'size',
					'duration_in_seconds', i -> 'duration')), '[]')
				FROM json_array_elements(i -> 'files') f)))
			FROM json_array_elements(items) i), '[]'))
$$;

-- Of what the feed is: a channel or an account, by name or else by number (a
-- name may look like a number), or the instance; its number and what is said of
-- it. No row where the named one is not.
CREATE FUNCTION feed_source(channel_id bigint, channel_name text,
	account_id bigint, account_name text)
RETURNS TABLE (channel bigint, account bigint, title text, description text,
	path text, image_path text) STABLE LANGUAGE sql AS $$
	SELECT c.id, NULL::bigint, xml_text(c.display_name),
		CASE WHEN c.description_is_html THEN ''
			ELSE xml_text(coalesce(c.description, '')) END,
		'/c/' || a.name, (SELECT '/lazy-static/avatars/' || filename
			FROM actor_image WHERE actor_id = a.id
			AND kind = 'avatar' ORDER BY width DESC LIMIT 1)
	FROM channel c JOIN actor a ON a.id = c.actor_id
	WHERE CASE WHEN channel_name IS NULL THEN c.id = channel_id
		ELSE a.name = channel_name END
	UNION ALL
	SELECT NULL, o.id, xml_text(o.display_name),
		CASE WHEN o.description_is_html THEN ''
			ELSE xml_text(coalesce(o.description, '')) END,
		'/a/' || a.name, (SELECT '/lazy-static/avatars/' || filename
			FROM actor_image WHERE actor_id = a.id
			AND kind = 'avatar' ORDER BY width DESC LIMIT 1)
	FROM account o JOIN actor a ON a.id = o.actor_id
	WHERE channel_id IS NULL AND channel_name IS NULL
		AND CASE WHEN account_name IS NULL THEN o.id = account_id
		ELSE a.name = account_name END
	UNION ALL
	SELECT NULL, NULL, xml_text(coalesce(setting('instance.name'),
			'Cardume')),
		xml_text(coalesce(setting('instance.short_description'), '')),
		'/', NULL
	WHERE num_nonnulls(channel_id, channel_name, account_id,
		account_name) = 0
$$;

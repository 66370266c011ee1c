-- SPDX-License-Identifier: AGPL-3.0-or-later
-- /admin/settings/follows/video-redundancies-list: copies of videos, and what
-- is copied by itself.

-- --- the form of what is copied by itself ------------------------------------

-- Setting `redundancy.videos.strategies` as the form has it: for each strategy
-- NAME ("true" or absent), NAME-size (GiB), NAME-hours, NAME-views.
CREATE FUNCTION redundancy_form() RETURNS jsonb STABLE LANGUAGE sql AS $$
	SELECT jsonb_object_agg(f.key, f.value)
	FROM unnest(ARRAY['most-views', 'trending', 'recently-added']) name
	LEFT JOIN LATERAL (SELECT e FROM jsonb_array_elements(
			setting('redundancy.videos.strategies')::jsonb) e
		WHERE e ->> 'strategy' = name LIMIT 1) s ON true
	CROSS JOIN LATERAL (VALUES
		(name, CASE WHEN e IS NOT NULL THEN 'true' END),
		(name || '-size', coalesce(trim_scale(round(
			(e ->> 'size')::numeric / 1073741824, 3))::text, '10')),
		(name || '-hours', coalesce(trim_scale(round(
			(e ->> 'minLifetime')::numeric / 3600, 2))::text, '48')),
		(name || '-views', coalesce(e ->> 'minViews', '10')))
		f (key, value)
	WHERE f.value IS NOT NULL
$$;

-- What is wrong with it: the control's id, and words.
CREATE FUNCTION redundancy_form_wrong(form jsonb)
RETURNS TABLE (field text, message text) IMMUTABLE LANGUAGE sql AS $$
	SELECT w.field, w.message
	FROM (VALUES (1, 'most-views'), (2, 'trending'), (3, 'recently-added'))
		s (nr, name)
	CROSS JOIN LATERAL (VALUES
		(1, name || '-size', replace(form ->> (name || '-size'), ',', '.')
			~ '^(?=.*[1-9])[0-9]{1,5}(\.[0-9]{1,3})?$',
			'The space should be 0.001 to 99999 GiB.'),
		(2, name || '-hours', form ->> (name || '-hours')
			~ '^([1-9][0-9]|[1-9][0-9]{2,4})$',
			'Copies should be kept for 10 to 99999 hours.'),
		(3, name || '-views', name <> 'recently-added'
			OR form ->> (name || '-views') ~ '^[0-9]{1,9}$',
			'The views should be a whole number from 0 on.'))
		w (nr, field, is_right, message)
	WHERE form ->> name = 'true' AND w.is_right IS NOT TRUE
	ORDER BY s.nr, w.nr
$$;

-- Saved where nothing is wrong; else nothing is.
CREATE FUNCTION admin_redundancy_save(viewer bigint, form jsonb)
RETURNS TABLE (field text, message text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	PERFORM config_admin(viewer);
	RETURN QUERY SELECT * FROM redundancy_form_wrong(form);
	IF FOUND THEN
		RETURN;
	END IF;
	UPDATE setting SET value = (SELECT coalesce(jsonb_agg(
			jsonb_strip_nulls(jsonb_build_object('strategy', s.name,
			'size', (replace(form ->> (s.name || '-size'), ',', '.')
				::numeric * 1073741824)::bigint,
			'minLifetime', (form ->> (s.name || '-hours'))::bigint
				* 3600,
			'minViews', CASE WHEN s.name = 'recently-added' THEN
				(form ->> (s.name || '-views'))::bigint END))
			ORDER BY s.nr), '[]')::text
		FROM unnest(ARRAY['most-views', 'trending', 'recently-added'])
			WITH ORDINALITY s (name, nr)
		WHERE form ->> s.name = 'true')
	WHERE name = 'redundancy.videos.strategies';
END $$;

-- --- the page ------------------------------------------------------------------

-- The strategies with what the form has of them and what they use.
CREATE FUNCTION admin_strategies(form jsonb) RETURNS jsonb
STABLE LANGUAGE sql AS $$
	SELECT jsonb_agg(jsonb_build_object('name', s.name,
		'is', jsonb_build_object(replace(s.name, '-', '_'), true),
		'isOn', form ->> s.name = 'true',
		'size', form ->> (s.name || '-size'),
		'hours', form ->> (s.name || '-hours'),
		'views', form ->> (s.name || '-views'),
		'used', coalesce(u.used, 0), 'videos', coalesce(u.videos, 0),
		'budget', u.budget) ORDER BY s.nr)
	FROM unnest(ARRAY['most-views', 'trending', 'recently-added'])
		WITH ORDINALITY s (name, nr)
	LEFT JOIN redundancy_usage() u ON u.strategy = s.name
$$;

-- A row for each copy of a list of the API.
CREATE FUNCTION admin_copies(list jsonb) RETURNS json
STABLE LANGUAGE sql AS $$
	SELECT json_agg(json_build_object('id', c.one -> 'id',
		'videoId', v.one -> 'id',
		'name', v.one ->> 'name',
		'path', (SELECT '/w/' || o.short_uuid FROM video o
			WHERE o.id = (v.one ->> 'id')::bigint),
		'keeper', ap_host(c.one ->> 'fileUrl'),
		'host', ap_host(v.one ->> 'url'),
		'size', c.one -> 'size', 'expiresAt', c.one ->> 'expiresOn',
		'error', c.one ->> 'error',
		'is', jsonb_strip_nulls(jsonb_build_object(
			coalesce(c.one ->> 'state', 'kept'), true,
			coalesce(replace(c.one ->> 'strategy', '-', '_'), 'other'),
			true))) ORDER BY v.nr, c.nr)
	FROM jsonb_array_elements(list -> 'data') WITH ORDINALITY v (one, nr)
	CROSS JOIN LATERAL jsonb_array_elements(v.one -> 'redundancies' ->
		'streamingPlaylists') WITH ORDINALITY c (one, nr)
$$;

-- `typed`: the form of what is copied by itself as somebody has sent it, or
-- NULL.
CREATE FUNCTION admin_redundancies(target text, first int, typed jsonb)
RETURNS json STABLE LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	list constant jsonb := CASE target
		WHEN 'my-videos' THEN mirror_list(first, 50, 'name')
		ELSE redundancy_list(first, 50, 'name') END::jsonb;
BEGIN
	RETURN (admin_list(first, 50, (list ->> 'total')::bigint,
			admin_copies(list))::jsonb
		|| jsonb_build_object('isOurs', target = 'my-videos',
			'isTyped', typed IS NOT NULL,
			'strategies', admin_strategies(coalesce(typed,
				redundancy_form())),
			'byHand', (SELECT jsonb_build_object('used', u.used,
					'videos', u.videos)
				FROM redundancy_usage() u
				WHERE u.strategy = 'manual'),
			'filters', jsonb_build_array(jsonb_build_object(
				'name', 'target', 'value', target))))::json;
END $$;

-- What somebody calls a video: its number or UUID, its address here or where
-- it is from. NULL: none that is known here.
CREATE FUNCTION admin_video_named(written text) RETURNS bigint
STABLE LANGUAGE plpgsql AS $$
DECLARE
	known constant record := address_known(written);
	called constant text := CASE WHEN known.kind = 'ours'
		THEN substring(known.path FROM '^/(?:w|videos/watch)/([^/?#]+)')
		ELSE written END;
BEGIN
	RETURN CASE WHEN known.kind = 'video' THEN known.id
		WHEN called ~ '^[0-9]{1,18}$' THEN video_id(called)
		ELSE (SELECT v.id FROM video v WHERE v.short_uuid = CASE
			WHEN called ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
			THEN short_uuid(called::uuid) ELSE called END) END;
END $$;

-- NULL, or why it is not copied.
CREATE FUNCTION admin_redundancy_add(written text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	wanted constant bigint := admin_video_named(written);
BEGIN
	IF wanted IS NULL THEN
		RETURN 'There is no such video.';
	END IF;
	PERFORM redundancy_add(wanted, 'manual');
	RETURN NULL;
EXCEPTION WHEN SQLSTATE 'PT400' OR SQLSTATE 'PT404' OR SQLSTATE 'PT409' THEN
	RETURN SQLERRM;
END $$;

REVOKE ALL ON FUNCTION admin_redundancy_save, admin_redundancies,
	admin_redundancy_add FROM PUBLIC;
GRANT EXECUTE ON FUNCTION admin_redundancy_save, admin_redundancies,
	admin_redundancy_add, redundancy_end TO cardume_page;

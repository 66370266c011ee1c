-- SPDX-License-Identifier: AGPL-3.0-or-later
-- How many share videos, and whether they may: what cardume-signal tells of browsers (27-signal.sql),
-- and opentracker of BitTorrent clients.

-- Of the text at /stats?mode=everything; NULL where it is something else.
CREATE FUNCTION tracker_counts(stats text) RETURNS jsonb
IMMUTABLE LANGUAGE sql AS $$
	SELECT jsonb_build_object('uptime', n.u, 'torrents', n.t, 'peers', n.p,
		'seeds', n.s, 'completed', n.c, 'announces', n.tcp + n.udp)
	FROM (SELECT
		substring(stats FROM '<uptime>(\d{1,15})<')::bigint AS u,
		substring(stats FROM '<count_iterator>(\d{1,15})<')::bigint AS t,
		substring(stats FROM '<peers>\s*<count>(\d{1,15})<')::bigint AS p,
		substring(stats FROM '<seeds>\s*<count>(\d{1,15})<')::bigint AS s,
		substring(stats FROM '<completed>\s*<count>(\d{1,15})<')::bigint AS c,
		substring(stats FROM
			'<tcp>.*?<announce>(\d{1,15})<')::bigint AS tcp,
		substring(stats FROM
			'<udp>.*?<announce>(\d{1,15})<')::bigint AS udp) n
	WHERE n.p IS NOT NULL AND n.t IS NOT NULL
$$;

-- Counts begin anew when opentracker does.
CREATE FUNCTION tracker_told_write(stats text) RETURNS void
SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE sql AS $$
	INSERT INTO tracker_state AS s (seconds, counts, before)
	SELECT 0, told, told FROM tracker_counts(stats) told
	WHERE told IS NOT NULL
	ON CONFLICT (one) DO UPDATE SET told_at = now(),
		counts = EXCLUDED.counts,
		seconds = extract(epoch FROM now() - s.told_at),
		before = CASE WHEN (EXCLUDED.counts ->> 'uptime')::bigint >=
				(s.counts ->> 'uptime')::bigint
			THEN s.counts ELSE EXCLUDED.counts END
$$;

-- A member that only grows, in a second, as text.
CREATE FUNCTION sharing_rate(counts jsonb, before jsonb, name text,
	seconds real) RETURNS text IMMUTABLE LANGUAGE sql AS $$
	SELECT CASE WHEN seconds > 0 THEN round(greatest(0,
		((counts ->> name)::numeric - (before ->> name)::numeric) /
			seconds::numeric), 1)::text ELSE '0.0' END
$$;

-- {"browsers": counts, "clients": counts}, each with `toldAt`, `isSilent` (it
-- has told nothing for a while) and rates; null where nothing was ever told.
-- "played": what players of all videos received, by day.
CREATE FUNCTION sharing_page() RETURNS json
STABLE SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE sql AS $$
	SELECT json_build_object(
		'browsers', (SELECT s.counts || jsonb_build_object(
			'toldAt', iso(s.told_at),
			'isSilent', s.told_at < now() - interval '1 minute',
			'messageRate', sharing_rate(s.counts, s.before,
				'messages', s.seconds),
			'announceRate', sharing_rate(s.counts, s.before,
				'announces', s.seconds))
			FROM signal_state s),
		'clients', (SELECT s.counts || jsonb_build_object(
			'toldAt', iso(s.told_at),
			'isSilent', s.told_at < now() - interval '3 minutes',
			'announceRate', sharing_rate(s.counts, s.before,
				'announces', s.seconds))
			FROM tracker_state s),
		'played', playback_table(NULL,
			(now() AT TIME ZONE 'UTC')::date - 29))
$$;

-- The form's texts: `typed`, as somebody has sent it, or what is set. `is` has
-- a flag for each choice.
CREATE FUNCTION sharing_settings(typed jsonb) RETURNS jsonb
STABLE LANGUAGE sql AS $$
	SELECT f.form || jsonb_build_object('isTyped', typed IS NOT NULL, 'is',
		jsonb_build_object(f.form ->> 'mode', true,
			f.form ->> 'mirrors', true))
	FROM (SELECT coalesce(typed, jsonb_build_object(
		'mode', setting('peers.mode'),
		'viewers', setting('peers.viewers_min'),
		'mirrors', setting('remote_redundancy.videos.accept_from'),
		'stun', (SELECT string_agg(u, E'\n')
			FROM jsonb_array_elements_text(
				setting('peers.stun')::jsonb) u)))) f (form)
$$;

-- NULL, or what is no STUN server; then nothing is saved.
CREATE FUNCTION admin_sharing_save(viewer bigint, form jsonb) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	servers constant text[] := ARRAY(SELECT w FROM regexp_split_to_table(
		form ->> 'stun', '[\s,;]+') w WHERE w <> '');
	wrong constant text := (SELECT w FROM unnest(servers) w
		WHERE w !~ ('^stuns?:([A-Za-z0-9][A-Za-z0-9.-]{0,252}|'
			'\[[0-9A-Fa-f:.]{2,45}\])(:[0-9]{1,5})?$')
		LIMIT 1);
BEGIN
	PERFORM config_admin(viewer);
	IF wrong IS NULL THEN
		UPDATE setting s SET value = n.value
		FROM (VALUES ('peers.mode', form ->> 'mode'),
			('peers.viewers_min', form ->> 'viewers'),
			('remote_redundancy.videos.accept_from',
				form ->> 'mirrors'),
			('peers.stun', to_jsonb(servers)::text)) n (name, value)
		WHERE s.name = n.name;
	END IF;
	RETURN wrong;
END $$;

REVOKE ALL ON FUNCTION tracker_told_write(text), sharing_page(),
	admin_sharing_save FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tracker_told_write(text) TO cardume_worker;
GRANT EXECUTE ON FUNCTION sharing_page(), admin_sharing_save TO cardume_page;

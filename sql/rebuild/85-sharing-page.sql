-- SPDX-License-Identifier: AGPL-3.0-or-later
-- How many share videos: what cardume-signal tells of browsers (27-signal.sql),
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

REVOKE ALL ON FUNCTION tracker_told_write(text), sharing_page() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tracker_told_write(text) TO cardume_worker;
GRANT EXECUTE ON FUNCTION sharing_page() TO cardume_page;

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Numbers for a monitor: family, its type and help, labels, value; rows of one
-- family follow each other. What has told nothing for a while is left out.
WITH sharing AS (
	SELECT 'browsers' AS side, counts FROM signal_state
	WHERE told_at > now() - interval '1 minute'
	UNION ALL SELECT 'clients', counts FROM tracker_state
	WHERE told_at > now() - interval '3 minutes'
)
SELECT 'cardume_sharing_' || c.name || CASE c.type WHEN 'counter' THEN '_total'
		ELSE '' END AS family, c.type, c.help,
	format('{side="%s"}', s.side) AS labels, s.counts ->> c.name AS value
FROM sharing s JOIN (VALUES
	('sockets', 'gauge', 'Browsers connected to cardume-signal.'),
	('peers', 'gauge', 'Who shares videos now.'),
	('swarms', 'gauge', 'Renditions shared among browsers now.'),
	('torrents', 'gauge', 'Files that opentracker knows.'),
	('seeds', 'gauge', 'Clients that have a whole file.'),
	('announces', 'counter', 'Announces since the tracker began.'),
	('messages', 'counter', 'Messages from browsers.'),
	('offers', 'counter', 'Offers of a connection handed on.'),
	('answers', 'counter', 'Answers to offers handed on.'),
	('refused_sockets', 'counter', 'Connections refused.'),
	('refused_swarms', 'counter', 'Announces of what is not shared here.'),
	('bad_messages', 'counter', 'Messages that were none.'),
	('too_fast', 'counter', 'Announces that came too soon.'),
	('dropped', 'counter', 'Browsers dropped for reading too slowly.'),
	('completed', 'counter', 'Files that clients have got whole.'))
	c (name, type, help) ON s.counts ? c.name
UNION ALL
SELECT 'cardume_jobs', 'gauge', 'Jobs that are not done.',
	format('{kind="%s",state="%s"}', job_type(j.queue), (ARRAY['ready',
		'running', 'scheduled', 'blocked', 'dead'])[j.state + 1]),
	count(*)::text
FROM job j GROUP BY j.queue, j.state
UNION ALL
SELECT 'cardume_job_oldest_seconds', 'gauge',
	'For how long the oldest job that is ready has waited.',
	format('{kind="%s"}', job_type(j.queue)),
	extract(epoch FROM now() - min(j.run_at))::bigint::text
FROM job j WHERE j.state = 0 GROUP BY j.queue
UNION ALL
SELECT 'cardume_hosts', 'gauge', 'Servers with something to be sent to.',
	format('{state="%s"}', CASE WHEN h.fails > 0 THEN 'failing' ELSE 'due' END),
	count(*)::text
FROM host h WHERE h.pending AND NOT h.dead GROUP BY h.fails > 0
UNION ALL
SELECT 'cardume_played_today_bytes', 'gauge',
	'What players received today (UTC).', format('{from="%s"}', b.source),
	sum(b.bytes)::text
FROM playback_day d CROSS JOIN LATERAL (VALUES ('server', d.from_server),
	('viewers', d.from_viewers)) b (source, bytes)
WHERE d.day = (now() AT TIME ZONE 'UTC')::date GROUP BY b.source
ORDER BY family, labels

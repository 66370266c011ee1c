-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What cardume-signal has told; for what only grows, also what it had told some
-- seconds before.
SELECT c.name, s.counts ->> c.name, s.before ->> c.name,
	CASE WHEN c.grows THEN s.seconds::int END,
	extract(epoch FROM now() - s.told_at)::bigint
FROM signal_state s CROSS JOIN (VALUES ('sockets', false), ('peers', false),
	('swarms', false), ('listed', false), ('messages', true),
	('announces', true), ('offers', true), ('answers', true),
	('refused_sockets', true), ('refused_swarms', true),
	('bad_messages', true), ('too_fast', true), ('dropped', true))
	c (name, grows)

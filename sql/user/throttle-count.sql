-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role page api ap
-- param key text 1..200
-- param seconds int 1..86400
-- Counts a try in the running window, or begins one; tries so far, and the
-- seconds until the window ends.
INSERT INTO throttle AS t (key, tries, until)
VALUES ($1, 1, now() + $2::int * interval '1 second')
ON CONFLICT (key) DO UPDATE SET
	tries = CASE WHEN t.until <= now() THEN 1 ELSE t.tries + 1 END,
	until = CASE WHEN t.until <= now() THEN excluded.until
		ELSE t.until END
RETURNING tries, ceil(extract(epoch FROM until - now()))::int

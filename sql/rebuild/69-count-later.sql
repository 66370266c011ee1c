-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Counters in rows that many write (a video's comments and likes): a batch of
-- activities (69-inbox-batch.sql) adds them up and writes each row once, at its
-- end, so that it holds their locks for a moment only. What is to be added
-- waits in settings of the transaction: an activity that is taken back takes
-- along what it has counted.

-- Is this a batch?
CREATE FUNCTION counts_wait() RETURNS boolean STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN coalesce(current_setting('cardume.counts', true), '') = 'wait';
END $$;

-- From here on it is.
CREATE FUNCTION counts_begin() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	PERFORM set_config('cardume.counts', 'wait', true),
		set_config('cardume.counted_comments', '', true),
		set_config('cardume.counted_rates', '', true);
END $$;

CREATE FUNCTION count_later(what text, numbers bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	name constant text := 'cardume.counted_' || what;
BEGIN
	PERFORM set_config(name, concat(current_setting(name), ',',
		to_json(numbers)), true);
END $$;

CREATE FUNCTION counted(what text) RETURNS SETOF jsonb
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY SELECT jsonb_array_elements(concat('[', substr(
		current_setting('cardume.counted_' || what), 2), ']')::jsonb);
END $$;

-- The end of a batch. Comments are locked before videos, as by whoever writes
-- one, and all in one order, so that two writers wait and do not lock each
-- other.
CREATE FUNCTION counts_write() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	told constant jsonb[] := ARRAY(SELECT counted('comments'));
	rated constant jsonb[] := ARRAY(SELECT counted('rates'));
BEGIN
	PERFORM set_config('cardume.counts', '', true);
	PERFORM FROM comment c WHERE c.id IN (SELECT k::bigint
		FROM unnest(told) e
		CROSS JOIN LATERAL (VALUES (e ->> 1), (e ->> 2)) k (k))
	ORDER BY c.id FOR NO KEY UPDATE;
	PERFORM FROM video v WHERE v.id IN (SELECT (e ->> 0)::bigint
		FROM unnest(told || rated) e)
	ORDER BY v.id FOR NO KEY UPDATE;
	PERFORM comment_count_write(array_agg((e ->> 0)::bigint),
		array_agg((e ->> 1)::bigint), array_agg((e ->> 2)::bigint),
		array_agg((e ->> 3)::int), array_agg((e ->> 4)::int))
	FROM unnest(told) e HAVING count(*) > 0;
	PERFORM rate_count_write(array_agg((e ->> 0)::bigint),
		array_agg((e ->> 1)::int), array_agg((e ->> 2)::int))
	FROM unnest(rated) e HAVING count(*) > 0;
END $$;

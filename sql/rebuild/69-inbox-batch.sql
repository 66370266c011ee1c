-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Many activities of the inbox in one transaction, each of which may fail alone:
-- what a transaction costs, and what PL/pgSQL makes anew in each, is most of
-- what a like costs. For those that change little and are many (workers/
-- inbox_batch.c); all others are applied by inbox_attempt_write().

-- How one ends. `letter`: as `what` of inbox_attempt_write(), with "activity".
CREATE FUNCTION inbox_batch_try(letter jsonb) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
	r inbox;
BEGIN
	r := inbox_held((letter ->> 'id')::bigint,
		(letter ->> 'lease')::bigint);
	IF r.id IS NULL THEN
		RETURN '{"lost": "the lease"}';
	END IF;
	PERFORM set_config('cardume.activity_body', ltrim(r.body, U&'\FEFF'),
		true),
		set_config('cardume.activity_came', r.created_at::text, true);
	RETURN jsonb_build_object('done', activity_taken(
		(letter ->> 'by')::bigint, letter -> 'activity', r.owner_id));
EXCEPTION WHEN others THEN
	RETURN ap_caught(sqlstate, sqlerrm);
END $$;

-- The ends of the first of `letters`, one at least: the last of them may be one
-- that needs a document, since what comes after it may be about what it brings;
-- after half a second the rest waits for another call. An error of ours takes
-- all of it back.
CREATE FUNCTION inbox_batch_write(letters jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
-- whatever takes an array would be planned anew each time: a third of it all
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
	letter jsonb;
	last jsonb;
	ends jsonb[] := '{}';
BEGIN
	PERFORM set_config('synchronous_commit', 'off', true), counts_begin();
	FOR letter IN SELECT jsonb_array_elements(letters) LOOP
		last := inbox_batch_try(letter);
		ends := ends || last;
		EXIT WHEN last ? 'need'
			OR clock_timestamp() > now() + interval '0.5 seconds';
	END LOOP;
	PERFORM inbox_batch_done(letters, to_jsonb(ends)), counts_write();
	RETURN to_jsonb(ends);
END $$;

-- What was applied is counted and gone.
CREATE FUNCTION inbox_batch_done(letters jsonb, ends jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	ids bigint[];
	kinds text[];
	became text[];
	senders bigint[];
BEGIN
	SELECT array_agg((l.letter ->> 'id')::bigint),
		array_agg(ap_type(l.letter -> 'activity')),
		array_agg(e.e ->> 'done'),
		array_agg(DISTINCT (l.letter ->> 'by')::bigint)
	INTO ids, kinds, became, senders
	FROM jsonb_array_elements(letters) WITH ORDINALITY l (letter, nr)
	JOIN jsonb_array_elements(ends) WITH ORDINALITY e (e, nr) USING (nr)
	WHERE e.e ? 'done';
	IF ids IS NULL THEN
		RETURN;
	END IF;
	UPDATE inbox i SET state = 3,
		note = became[array_position(ids, i.id)]
	WHERE i.id = ANY (ids)
		AND inbox_is_kept(became[array_position(ids, i.id)]);
	DELETE FROM inbox i WHERE i.id = ANY (ids)
		AND NOT inbox_is_kept(became[array_position(ids, i.id)]);
	PERFORM inbox_count_write(kinds, became);
	PERFORM host_alive_write(h.host_id) FROM (SELECT DISTINCT a.host_id
		FROM actor a WHERE a.id = ANY (senders)) h;
END $$;

REVOKE ALL ON FUNCTION inbox_batch_write FROM PUBLIC;
GRANT EXECUTE ON FUNCTION inbox_batch_write TO cardume_worker;

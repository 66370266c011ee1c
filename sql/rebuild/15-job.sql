-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What happens to jobs, each in one call (lib/job.h, workers/work.h). The
-- lease is the fencing token: who holds an old one changes nothing.

-- The worker of this name has something to do when the transaction has ended:
-- the program that runs it tells it (lib/db.c). A NOTIFY would cost nine tenths
-- of the rate of such transactions.
CREATE FUNCTION wake(worker text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	IF current_setting('cardume.wakes', true) = 'on' THEN
		RAISE NOTICE USING ERRCODE = 'CDWAK', MESSAGE = worker;
	END IF;
END $$;

-- Videos are made playable in turns: the first that waits of each user, then
-- the second of each. Who comes later begins at the turn that is at work.
CREATE FUNCTION job_turn() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	-- Each state has an index of its own.
	SELECT greatest(0, min(turn), 1 + max(turn) FILTER (WHERE owner_id
		IS NOT DISTINCT FROM NEW.owner_id)) INTO NEW.turn
	FROM (SELECT turn, owner_id FROM job
		WHERE queue = NEW.queue AND state = 0
		UNION ALL
		SELECT turn, owner_id FROM job
		WHERE queue = NEW.queue AND state = 1) now;
	RETURN NEW;
END $$;
CREATE TRIGGER job_turn BEFORE INSERT ON job FOR EACH ROW
	WHEN (NEW.queue = 1) EXECUTE FUNCTION job_turn();

-- Done: logged, gone, and those that waited for nothing else are ready. The
-- row is locked first, so that the second statement sees every dependant that
-- was inserted while this waited for the lock. NULL: it was cancelled, and is
-- not to take effect.
CREATE FUNCTION job_complete_write(job_id bigint, token bigint)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	is_cancelled boolean;
BEGIN
	SELECT cancel INTO is_cancelled FROM job
	WHERE id = job_id AND lease = token AND state = 1 FOR UPDATE;
	IF NOT FOUND THEN
		RETURN false;
	ELSIF is_cancelled THEN
		RETURN NULL;
	END IF;
	WITH done AS (
		DELETE FROM job WHERE id = job_id RETURNING *
	), logged AS (
		INSERT INTO job_log (job_id, queue, attempt, created_at, worker,
			payload)
		SELECT d.id, d.queue, d.attempt, d.created_at, d.worker, d.payload
		FROM done d
	)
	UPDATE job SET waits = waits - 1,
		state = CASE WHEN waits > 1 THEN 3
			WHEN run_at > now() THEN 2 ELSE 0 END,
		seq = nextval('job_seq')
	WHERE id IN (SELECT d.job_id FROM job_dep d
		WHERE d.needs = job_complete_write.job_id);
	RETURN true;
END $$;

-- Leaves the running state. A newer job of the same `uniq` may wait already:
-- then both run, one after the other.
CREATE FUNCTION job_leave_write(job_id bigint, token bigint, new_state int,
	new_attempt int, new_run_at timestamptz, new_error text)
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	UPDATE job SET state = new_state, attempt = new_attempt,
		lease = nextval('lease_seq'), lease_until = NULL, worker = NULL,
		run_at = new_run_at, error = coalesce(new_error, error),
		seq = nextval('job_seq')
	WHERE id = job_id AND lease = token AND state = 1;
	RETURN FOUND;
EXCEPTION WHEN unique_violation THEN
	UPDATE job SET uniq = NULL
	WHERE id = job_id AND lease = token AND state = 1;
	RETURN job_leave_write(job_id, token, new_state, new_attempt,
		new_run_at, new_error);
END $$;

-- 10 s doubled with each attempt, at most 6 h, spread by a fifth.
CREATE FUNCTION job_backoff(attempt int) RETURNS interval
VOLATILE LANGUAGE sql AS $$
	SELECT least(21600, 10 * 2.0 ^ (least(attempt, 20) - 1)) *
		(0.8 + 0.4 * random()) * interval '1 second'
$$;

CREATE FUNCTION job_give_up_write(job_id bigint, token bigint, why text,
	permanent boolean, more text)
RETURNS int LANGUAGE plpgsql AS $$
DECLARE
	j job;
	new_state int;
BEGIN
	SELECT * INTO j FROM job
	WHERE id = job_id AND lease = token AND state = 1 FOR UPDATE;
	IF NOT FOUND THEN
		RETURN NULL;
	END IF;
	UPDATE job SET details = more, payload = payload - 'room'
	WHERE id = job_id;
	new_state := CASE WHEN permanent OR j.attempt >= j.max_attempt THEN 4
		ELSE 2 END;
	PERFORM job_leave_write(job_id, token, new_state, j.attempt,
		now() + job_backoff(j.attempt), why);
	RETURN new_state;
END $$;

-- For lack of room on the disk: it looks again every half minute, which is no
-- attempt. `bytes` were not enough (payload.room).
CREATE FUNCTION job_put_off_write(job_id bigint, token bigint, why text,
	bytes bigint)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	tried int;
BEGIN
	UPDATE job SET payload = payload || jsonb_build_object('room', bytes)
	WHERE id = job_id AND lease = token AND state = 1
	RETURNING attempt INTO tried;
	RETURN FOUND AND job_leave_write(job_id, token, 2,
		greatest(0, tried - 1), now() + interval '30 seconds', why);
END $$;

-- Ready again; `uncount` attempts are not held against it.
CREATE FUNCTION job_ready_write(job_id bigint, token bigint, uncount int)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	tried int;
BEGIN
	SELECT attempt INTO tried FROM job
	WHERE id = job_id AND lease = token AND state = 1 FOR UPDATE;
	RETURN FOUND AND job_leave_write(job_id, token, 0,
		greatest(0, tried - uncount), now(), NULL);
END $$;

-- The job and all that waits for it: what runs is asked to stop, the rest is
-- gone.
CREATE FUNCTION job_cancel_write(first bigint)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	ids bigint[];
BEGIN
	WITH RECURSIVE tree AS (
		SELECT first AS id
		UNION
		SELECT d.job_id FROM job_dep d JOIN tree t ON d.needs = t.id
	)
	SELECT array_agg(id) INTO ids FROM tree;
	-- A worker may be claiming one of them this moment.
	PERFORM FROM job WHERE id = ANY (ids) ORDER BY id FOR UPDATE;
	UPDATE job SET cancel = true WHERE id = ANY (ids) AND state = 1;
	DELETE FROM job WHERE id = ANY (ids) AND state <> 1;
	RETURN true;
END $$;

-- A dead or waiting job runs now, with all its attempts before it; its queue, or
-- NULL.
CREATE FUNCTION job_again_write(wanted bigint) RETURNS smallint
LANGUAGE sql AS $$
	UPDATE video v SET state = 2, error = NULL FROM job j
	WHERE j.id = wanted AND j.queue = 1 AND j.state = 4
		AND v.id = (j.payload ->> 'videoId')::bigint AND v.state = 7;
	UPDATE job SET state = 0, attempt = 0, run_at = now(), cancel = false,
		seq = nextval('job_seq'), error = NULL, details = NULL
	WHERE id = wanted AND state IN (2, 4)
	RETURNING queue
$$;

-- Before an admin cancels it: the video that a job was to make playable is not.
CREATE FUNCTION job_stopped_write(stopped bigint) RETURNS void
LANGUAGE sql AS $$
	UPDATE video v SET state = 7,
		error = 'The administration stopped it. What was uploaded is'
			' still there.'
	FROM job j
	WHERE j.id = stopped AND j.queue = 1 AND j.state <> 4
		AND v.id = (j.payload ->> 'videoId')::bigint
		AND v.state NOT IN (1, 7)
$$;

CREATE FUNCTION job_cancelled_write(job_id bigint, token bigint)
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	RETURN job_leave_write(job_id, token, 4, 0, now(), 'Cancelled.')
		AND job_cancel_write(job_id);
END $$;

CREATE FUNCTION job_reap_write() RETURNS SETOF job LANGUAGE plpgsql AS $$
DECLARE
	j job;
BEGIN
	FOR j IN SELECT * FROM job WHERE state = 1 AND lease_until < now()
		ORDER BY lease_until LIMIT 500 FOR UPDATE SKIP LOCKED
	LOOP
		IF j.cancel THEN
			PERFORM job_cancelled_write(j.id, j.lease);
		ELSIF j.attempt < j.max_attempt THEN
			PERFORM job_ready_write(j.id, j.lease, 0);
		ELSE
			j.error := 'This was tried ' || j.attempt || ' times, and ' ||
				'each time the program doing it ended unexpectedly.';
			PERFORM job_leave_write(j.id, j.lease, 4, j.attempt, now(),
				j.error);
			RETURN NEXT j;
		END IF;
	END LOOP;
END $$;

-- Partitions of job_log: one a day, the next two made ahead, those older than
-- 14 days dropped. Runs as the schema's owner, for the worker may not.
CREATE FUNCTION job_log_rotate_write() RETURNS void
SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
DECLARE
	day date;
	partition text;
BEGIN
	FOR day IN SELECT current_date + n FROM generate_series(1, 2) n LOOP
		partition := 'job_log_' || to_char(day, 'YYYYMMDD');
		IF to_regclass(partition) IS NULL THEN
			EXECUTE format('CREATE TABLE %I PARTITION OF job_log '
				'FOR VALUES FROM (%L) TO (%L)', partition, day,
				day + 1);
		END IF;
	END LOOP;
	FOR partition IN SELECT c.relname FROM pg_inherits i
		JOIN pg_class c ON c.oid = i.inhrelid
		WHERE i.inhparent = 'job_log'::regclass
			AND c.relname ~ '^job_log_[0-9]{8}$'
			AND to_date(right(c.relname, 8), 'YYYYMMDD') <
				current_date - 14
	LOOP
		EXECUTE format('DROP TABLE %I', partition);
	END LOOP;
	DELETE FROM job_log_default WHERE done_at < now() - interval '14 days';
END $$;
REVOKE ALL ON FUNCTION job_log_rotate_write() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION job_log_rotate_write() TO cardume_worker;

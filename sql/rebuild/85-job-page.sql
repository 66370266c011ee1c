-- SPDX-License-Identifier: AGPL-3.0-or-later
-- /admin/settings/system/jobs: what is not done, newest first, and what may be
-- done about it.

CREATE FUNCTION admin_jobs(first int, wanted text) RETURNS json
STABLE LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	in_state constant int := array_position(ARRAY['waiting', 'running', 'later',
		'blocked', 'failed'], wanted) - 1;
	total constant bigint := (SELECT count(*) FROM (SELECT FROM job j
		WHERE in_state IS NULL OR j.state = in_state
		LIMIT 10000) n);
BEGIN
	RETURN (admin_list(first, 50, total, (SELECT json_agg(json_build_object(
			'id', j.id, 'type', job_type(j.queue),
			'isWaiting', j.state IN (0, 3), 'isRunning', j.state = 1,
			'isLater', j.state = 2, 'isFailed', j.state = 4,
			'isStopping', j.state = 1 AND j.cancel,
			'progress', j.progress, 'attempt', j.attempt,
			'most', j.max_attempt,
			'seconds', greatest(0, ceil(extract(epoch
				FROM j.run_at - now()))),
			'error', coalesce(j.error, ''),
			'details', coalesce(j.details, ''),
			'mayStop', j.state <> 4 AND NOT j.cancel,
			'mayRetry', j.state IN (2, 4),
			'video', (SELECT json_build_object('uuid', v.uuid,
				'name', v.name) FROM video v
				WHERE j.payload ? 'videoId'
				AND v.id::text = j.payload ->> 'videoId'),
			'createdAt', iso(j.created_at)) ORDER BY j.id DESC)
		FROM (SELECT w.* FROM job w
			WHERE in_state IS NULL
				OR w.state = in_state
			ORDER BY w.id DESC LIMIT 50 OFFSET first) j))::jsonb
		|| jsonb_build_object(
			'isPaused', setting('jobs.paused') = 'true',
			'is', jsonb_build_object(wanted, true),
			'filters', page_filters('state', nullif(wanted, 'all'))))::json;
END $$;

-- False: there is no such job any more, or it is not like that.
CREATE FUNCTION admin_job(named bigint, wanted text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	IF wanted = 'retry' THEN
		RETURN job_again_write(named) IS NOT NULL;
	ELSIF NOT EXISTS (SELECT FROM job WHERE id = named AND state <> 4) THEN
		RETURN false;
	END IF;
	PERFORM job_stopped_write(named);
	RETURN job_cancel_write(named);
END $$;

REVOKE ALL ON FUNCTION admin_jobs, admin_job FROM PUBLIC;
GRANT EXECUTE ON FUNCTION admin_jobs, admin_job TO cardume_page;

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role page
-- param video int 1..9223372036854775807 required
-- param owner int 1..9223372036854775807
-- After a failed transcoding: again. What waits for its next try is tried now.
-- No row: there is nothing to try.
WITH v AS (
	UPDATE video SET state = 2, error = NULL
	WHERE id = $1::bigint AND state = 7 RETURNING id
), old AS (
	DELETE FROM job j USING v WHERE j.queue = 1 AND j.state = 4
		AND j.payload ? 'videoId'
		AND j.payload ->> 'videoId' = v.id::text
), later AS (
	UPDATE job SET run_at = now() WHERE queue = 1 AND state = 2
		AND payload ? 'videoId' AND payload ->> 'videoId' = $1::text
	RETURNING id
), new AS (
	INSERT INTO job (queue, max_attempt, payload, uniq, owner_id)
	SELECT 1, 5, jsonb_build_object('videoId', v.id),
		'transcode ' || v.id, $2::bigint
	FROM v WHERE NOT EXISTS (SELECT FROM later)
	ON CONFLICT (uniq) WHERE uniq IS NOT NULL AND state IN (0, 2, 3)
	DO UPDATE SET run_at = least(job.run_at, EXCLUDED.run_at)
	RETURNING id
)
SELECT id FROM later UNION ALL SELECT id FROM new

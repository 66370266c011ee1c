-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role page
-- param video int 1..9223372036854775807 required
-- param owner int 1..9223372036854775807
-- After a failed transcoding: again. No row: it did not fail.
WITH v AS (
	UPDATE video SET state = 2, error = NULL
	WHERE id = $1::bigint AND state = 7 RETURNING id
), old AS (
	DELETE FROM job j USING v WHERE j.queue = 1 AND j.state = 4
		AND j.payload ? 'videoId'
		AND j.payload ->> 'videoId' = v.id::text
)
INSERT INTO job (queue, max_attempt, payload, uniq, owner_id)
SELECT 1, 5, jsonb_build_object('videoId', v.id), 'transcode ' || v.id,
	$2::bigint
FROM v
ON CONFLICT (uniq) WHERE uniq IS NOT NULL AND state IN (0, 2, 3)
DO UPDATE SET run_at = least(job.run_at, EXCLUDED.run_at)
RETURNING id

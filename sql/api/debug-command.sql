-- SPDX-License-Identifier: AGPL-3.0-or-later
-- POST /api/v1/server/debug/run-command
-- viewer admin
-- status 204
-- wake sweep
-- check command choice remove-dandling-resumable-uploads|process-video-views-buffer|process-video-viewers|process-update-videos-scheduler|process-remove-expired-user-exports|process-remove-old-views required
-- Does the timed chores now; all of these are among them.
INSERT INTO job (queue, payload, max_attempt, uniq)
VALUES (6, '{}', 5, 'sweep now')
ON CONFLICT (uniq) WHERE uniq IS NOT NULL AND state IN (0, 2, 3)
DO UPDATE SET run_at = now() RETURNING 1

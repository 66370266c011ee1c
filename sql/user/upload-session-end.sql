-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role upload
-- param id text 64..64
-- param answer text 2..10000
-- The file belongs to a video now; whoever asks again gets the same answer.
UPDATE upload_session SET answer = $2::jsonb, thumbnail = NULL,
	touched_at = now()
WHERE id = $1

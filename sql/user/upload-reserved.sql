-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role upload
-- Bytes that all running uploads announced, less the pieces that came.
SELECT (coalesce((SELECT sum(expected) FROM upload
		WHERE created_at > now() - interval '1 day'), 0) +
	coalesce((SELECT sum(size - received) FROM upload_session
		WHERE answer IS NULL
			AND touched_at > now() - interval '1 day'), 0))::bigint

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role page upload
-- param id int 1..9223372036854775807
UPDATE session SET last_seen_at = now(),
	expires_at = least(created_at + interval '180 days',
		now() + interval '30 days')
WHERE id = $1

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role api upload
-- param id int 1..9223372036854775807
-- param address text 1..50
-- param user_agent text 0..300
UPDATE token SET last_seen_at = now(), last_address = $2::inet,
	last_agent = $3
WHERE id = $1::bigint

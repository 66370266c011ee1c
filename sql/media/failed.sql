-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param video int 1..9223372036854775807 required
-- param error text 1..8192 required
-- Transcoding failed for good. A video that has files stays as it is.
UPDATE video SET error = $2::text,
	state = CASE WHEN state = 1 THEN 1 ELSE 7 END
WHERE id = $1::bigint

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role upload
-- param id text 36..36
-- The upload came to its end, whatever that was.
DELETE FROM upload WHERE id = $1::uuid

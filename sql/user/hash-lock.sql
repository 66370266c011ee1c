-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role page api
-- One of four places for hashing a password; no row when all are taken.
SELECT slot FROM generate_series(1, 4) slot
WHERE pg_try_advisory_lock(7237, slot) LIMIT 1

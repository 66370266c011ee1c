-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role upload
-- param viewer viewer
-- One decision about a user's quota at a time, until the transaction ends.
SELECT pg_advisory_xact_lock(1, ($1::bigint % 2147483647)::int)

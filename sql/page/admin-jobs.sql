-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param state choice all|waiting|running|later|blocked|failed = all
-- param start int 0..10000 = 0
-- Jobs that are not done.
SELECT admin_jobs($2::int, $1)

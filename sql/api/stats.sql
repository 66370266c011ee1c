-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/server/stats
-- answer ServerStats
-- cache 600
-- Numbers of the instance; the instances index asks each for them.
SELECT instance_stats()

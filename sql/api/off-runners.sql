-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/runners
-- GET /api/v1/runners/jobs
-- GET /api/v1/runners/registration-tokens
-- viewer admin
-- answer list Runner
-- Runners, their jobs and tokens: none.
SELECT listed(0, NULL)

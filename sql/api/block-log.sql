-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/server/blocklist/public-log
-- viewer none
-- Blocks that the instance shows to the public: it shows none.
SELECT refuse('403', 'The public block log is off.')

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Other servers are told of new totals.
SELECT video_recount_write()

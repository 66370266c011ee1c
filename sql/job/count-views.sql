-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Counts views and viewers of what was added up.
SELECT view_count_write()

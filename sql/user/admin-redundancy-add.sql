-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role page
-- param written text 1..2000
-- Copies a video; or why not.
SELECT admin_redundancy_add($1)

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param email text 1..400
-- check fromName chars 1..120 required
-- check fromEmail text 3..400 required
-- check subject chars 1..120 required
-- check body chars 3..5000 required
-- Write to the administrators of the instance.
SELECT contact_check($1)

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role page api
-- param email text 3..400
-- check email text 3..400 required
-- Have a link mailed that lets one choose a new password.
SELECT ask_reset_write($1)

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role page api
-- param email text 3..400
-- check email text 3..400 required
-- Have the link that confirms an e-mail address mailed once more.
SELECT ask_verify_write($1)

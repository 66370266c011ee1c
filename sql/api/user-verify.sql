-- SPDX-License-Identifier: AGPL-3.0-or-later
-- POST /api/v1/users/:id/verify-email
-- role page api
-- status 204
-- param id int 1..9223372036854775807
-- field verificationString text 1..200 required
-- field isPendingEmail bool = false
-- Confirm an e-mail address by the link that was mailed to it.
SELECT user_verify_write($1::bigint, $2, $3::boolean)

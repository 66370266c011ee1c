-- SPDX-License-Identifier: AGPL-3.0-or-later
-- POST /api/v1/users/registrations/:registrationId/verify-email
-- role page api
-- status 204
-- param registrationId int 1..9223372036854775807
-- field verificationString text 1..200 required
-- Confirm the e-mail address of a request for an account.
SELECT registration_verify_write($1::bigint, $2)

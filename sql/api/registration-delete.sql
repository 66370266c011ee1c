-- SPDX-License-Identifier: AGPL-3.0-or-later
-- DELETE /api/v1/users/registrations/:registrationId
-- viewer moderator
-- status 204
-- param registrationId int 1..9223372036854775807
-- Forget a request for an account.
SELECT registration_remove_write($1::bigint)

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- POST /api/v1/users/registrations/:registrationId/reject
-- viewer moderator
-- status 204
-- wake mail
-- param registrationId int 1..9223372036854775807
-- field moderationResponse chars 2..3000 required
-- field preventEmailDelivery bool = false
-- Reject a request for an account.
SELECT registration_reject_write($1::bigint, $2, $3::boolean)

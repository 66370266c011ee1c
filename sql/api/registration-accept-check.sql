-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param id int 1..9223372036854775807
-- check moderationResponse chars 2..3000 required
-- check preventEmailDelivery bool
-- Accept a request for an account.
SELECT registration_accept_check($1::bigint)

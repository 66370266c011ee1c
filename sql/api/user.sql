-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/users/:id
-- viewer moderator
-- answer User
-- param id int 1..9223372036854775807
-- param withStats bool
-- Get a user.
SELECT user_details($1::bigint, coalesce($2::boolean, false))

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/users/me
-- viewer user
-- answer MyUser
-- param viewer viewer
-- The signed-in user.
SELECT user_document($1::bigint)

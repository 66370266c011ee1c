-- SPDX-License-Identifier: AGPL-3.0-or-later
-- POST /api/v1/users/:userId/token-sessions/:id/revoke
-- viewer user
-- scope account
-- answer RevokedToken
-- param viewer viewer
-- param userId int 1..9223372036854775807
-- param id int 1..9223372036854775807
-- End a session of a user.
SELECT token_session_revoke_write($1::bigint, $2::bigint, $3::bigint)

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param user_id int 1..9223372036854775807
SELECT u.id, u.password_hash, a.name
FROM app_user u
JOIN account ON account.user_id = u.id
JOIN actor a ON a.id = account.actor_id
WHERE u.id = $1::bigint AND NOT u.is_blocked

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role page api
-- param name text 1..1600
-- The latest request of this name or e-mail address that is not accepted.
SELECT state, password_hash FROM registration
WHERE state <> 3 AND (username = $1 OR lower(email) = $1)
ORDER BY id DESC LIMIT 1

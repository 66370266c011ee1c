-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param spent_hash text 1..100
-- Of two holders of one refresh token one is a thief: the session ends.
DELETE FROM token WHERE spent_hash = $1::bytea RETURNING id

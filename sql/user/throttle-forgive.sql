-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role page api
-- param address_key text 1..200
-- param name_key text 1..200
UPDATE throttle SET tries = CASE key WHEN $2 THEN 0 ELSE tries - 1 END
WHERE key IN ($1, $2) AND tries > 0

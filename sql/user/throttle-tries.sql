-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role page api
-- param key text 1..200
-- Tries so far in the running window and the seconds until it ends; no row
-- where none is running.
SELECT tries, ceil(extract(epoch FROM until - now()))::int
FROM throttle WHERE key = $1 AND until > now()

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role page api
-- param form text 2..1000000
-- param is_request bool
-- Refuses before the costly part: keys.
SELECT signup_check($1::jsonb, $2::boolean)

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param id int 1..9223372036854775807 required
SELECT jsonb_pretty(ltrim(i.body, chr(65279))::jsonb)
FROM inbox i WHERE i.id = $1::bigint

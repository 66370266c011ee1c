-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param name text 1..100
-- Of those that may be changed; the origin comes from cardume.conf.
SELECT kind FROM setting WHERE name = $1 AND name <> 'origin'

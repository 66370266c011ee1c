-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param name text 1..100
SELECT value FROM setting WHERE name = $1

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param target text 1..20
-- param start int 0..10000
-- param typed json
-- Copies of videos that this server keeps, or that others do.
SELECT admin_redundancies($1, $2, $3::jsonb)

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /fetch/:type/:guid
-- type application/magic-envelope+xml; charset=utf-8
-- param type text 1..50 required
-- param guid text 1..255 required
-- A post as its channel has signed it.
SELECT diaspora_fetch($1::text, $2::text)

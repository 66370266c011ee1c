-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param guid text 1..255 required
-- Who has this GUID, for pods of diaspora*.
SELECT diaspora_hcard($1::text)

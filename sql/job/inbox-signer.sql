-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param key text 1..2000 required
-- param fresh bool required
-- One try to know whose key this is.
SELECT inbox_signer($1::text, $2::boolean)

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param outward bool
-- param start int 0..10000
-- Whom the instance follows, or who follows it.
SELECT admin_follows($1::boolean, $2)

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param start int 0..10000
-- param search text 0..253
-- Other servers, those with most failures first.
SELECT admin_hosts($1, nullif($2, ''))

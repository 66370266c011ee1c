-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role page
-- param handle text 1..400
-- Has WebFinger asked about a handle; the job. No row: it is none of another
-- server's.
SELECT interact_begin_write(a.handle) FROM address_read($1) a
WHERE a.handle LIKE '%@%'

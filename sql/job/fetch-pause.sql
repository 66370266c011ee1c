-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role worker
-- param host text 1..300 required
-- Milliseconds until that server may be asked.
SELECT fetch_pause($1::text)

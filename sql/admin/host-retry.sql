-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param name text 1..261
-- What waits for a server is sent now.
SELECT host_retry_write($1)

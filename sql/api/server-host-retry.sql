-- SPDX-License-Identifier: AGPL-3.0-or-later
-- POST /api/v1/server/hosts/:host/retry
-- viewer admin
-- status 204
-- param host text 1..261 required
-- Sends what waits for a server now, whatever its failures.
SELECT host_retry_write($1)

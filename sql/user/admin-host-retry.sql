-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role page
-- param host text 1..261
-- What waits for a server is sent now.
SELECT admin_host_retry($1)

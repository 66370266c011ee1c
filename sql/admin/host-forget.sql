-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param name text 1..261
-- What waits for a server is dropped; how many deliveries that were.
SELECT host_forget_write($1)

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role page
-- param host text 1..300
-- param allowed text 4..5
-- Whether a followed server's videos may be copied.
SELECT host_redundancy_allow($1, $2::boolean)

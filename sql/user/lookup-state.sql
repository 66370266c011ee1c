-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role page api
-- param written text 0..2000
-- param viewer viewer
-- How a search for an address stands: state, our path of it, why it failed, the
-- job that is at it.
SELECT state, path, why, job FROM lookup_state($1, $2::bigint)

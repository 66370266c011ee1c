-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Forgets what is of no more use of what came from other servers.
SELECT inbox_sweep_write()

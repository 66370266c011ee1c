-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Forgets mirrors that nobody may use any more.
SELECT mirror_sweep_write()

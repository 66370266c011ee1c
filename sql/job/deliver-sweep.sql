-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Forgets activities that nobody gets any more.
SELECT delivery_sweep_write()

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Copies of other servers' videos: which are made, live on or end.
SELECT redundancy_sweep_write()

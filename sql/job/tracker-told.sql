-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param stats text 0..65536
SELECT tracker_told_write($1)

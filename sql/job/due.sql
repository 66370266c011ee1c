-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param uniq text 1..200 required
-- A scheduled job is wanted now.
UPDATE job SET run_at = now() WHERE uniq = $1::text AND state = 2

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param key text 1..2000
-- Has the owner of a key fetched; the job.
SELECT key_fetch_write($1)

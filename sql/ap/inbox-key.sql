-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param key text 1..2000 required
-- The key of a signature, where it is known, and whether it may have been
-- changed since.
SELECT a.id, a.public_key, a.refreshed_at < now() - interval '5 minutes'
FROM actor a WHERE a.id = remote_key($1::text)

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param handle text 3..400 required
-- A person of a pod, its key, and whether that may be old.
SELECT id, key, is_old FROM diaspora_known($1::text)

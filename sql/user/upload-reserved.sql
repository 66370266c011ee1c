-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role upload
-- Bytes that all running uploads announced.
SELECT coalesce(sum(expected), 0)::bigint FROM upload
WHERE created_at > now() - interval '1 day'

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What may still come to be seen begins here.
SELECT pg_snapshot_xmin(pg_current_snapshot())

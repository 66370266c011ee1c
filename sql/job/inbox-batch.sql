-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param letters text 2..4000000 required
-- One try to apply several activities.
SELECT inbox_batch_write($1::jsonb)

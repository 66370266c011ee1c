-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param what text 2..1000 required
-- param activity text 2..1000000 required
-- One try to apply an activity.
SELECT inbox_attempt_write($1::jsonb, $2::jsonb)

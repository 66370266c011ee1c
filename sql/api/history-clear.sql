-- SPDX-License-Identifier: AGPL-3.0-or-later
-- POST /api/v1/users/me/history/videos/remove
-- viewer user
-- status 204
-- field beforeDate date
-- param viewer viewer
-- Forget all that one watched, or all before a date.
SELECT history_clear($2::bigint, $1::timestamptz)

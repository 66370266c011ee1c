-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role upload
-- param viewer viewer
-- param channel text 1..50
-- The actor whose picture the viewer changes: that channel's, which is 403 or
-- 404 where it may not be, or one's own.
SELECT picture_actor($1::bigint, $2)

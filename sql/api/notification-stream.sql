-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param viewer viewer
-- param after text 0..20
-- What the viewer was told of since that notification, as server-sent events.
SELECT notification_stream($1::bigint, $2::bigint)

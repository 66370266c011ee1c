-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param video int 1..9223372036854775807 required
-- Tell a channel's subscribers of a new video.
SELECT notify_subscribers_write($1)

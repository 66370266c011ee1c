-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param viewer viewer
-- check name text 1..50 required
-- check displayName chars 1..120 required
-- check description chars 3..1000
-- check support chars 3..1000
-- param name text 1..50
-- answer VideoChannelCreated
-- Create a channel.
SELECT channel_create_check($1::bigint, $2)

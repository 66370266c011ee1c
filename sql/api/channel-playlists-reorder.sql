-- SPDX-License-Identifier: AGPL-3.0-or-later
-- POST /api/v1/video-channels/:handle/video-playlists/reorder
-- viewer user
-- status 204
-- param handle handle required
-- param viewer viewer
-- field startPosition int 1..2147483647 required
-- field insertAfterPosition int 0..2147483647 required
-- field reorderLength int 1..1000000 = 1
-- Put playlists of a channel behind another (0: at the beginning).
SELECT channel_playlists_reorder_write($1, $2::bigint, $3::int, $4::int,
	$5::int)

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role page
-- param id video required
-- param viewer viewer
-- param currentTime text 1..30 required
-- param viewEvent choice seek
-- param address address
-- param agent agent
-- A page's player tells where somebody who is signed in is in a video.
SELECT view_add($1, $2::bigint, $3, NULL, $4 = 'seek', NULL, NULL, NULL, $5,
	$6) /* INSERT */

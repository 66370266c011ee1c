-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/accounts/:handle/video-playlists
-- viewer optional
-- cache 5
-- answer list VideoPlaylist
-- param start int 0..1000000 = 0
-- param count int 0..100 = 15
-- param sort choice name|-name|displayName|-displayName|createdAt|-createdAt|updatedAt|-updatedAt|videoChannelPosition|-videoChannelPosition = -createdAt
-- param playlistType int 1..2
-- param handle handle required
-- param viewer viewer
-- param search text 0..1000
-- param channelNameOneOf list 0..100
-- The playlists of an account: all of them for their owner, else the public.
SELECT account_playlists($5, $6::bigint, $1::int, $2::int, $3, $4::int, $7,
	$8::text[])

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/video-channels/:handle/video-playlists
-- viewer optional
-- cache 5
-- answer list VideoPlaylist
-- param start int 0..1000000 = 0
-- param count int 0..100 = 15
-- param sort choice name|-name|displayName|-displayName|createdAt|-createdAt|updatedAt|-updatedAt|videoChannelPosition|-videoChannelPosition|publishedAt|-publishedAt = -createdAt
-- param playlistType int 1..2
-- param handle handle required
-- param viewer viewer
-- The playlists of a channel: all of them for its owner, else the public.
-- Grayjay asks for -publishedAt, which playlists have not.
SELECT channel_playlists($5, $6::bigint, $1::int, $2::int,
	replace($3, 'publishedAt', 'createdAt'), $4::int)
